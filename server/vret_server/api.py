"""The REST calls and the two WebSocket addresses. Each call asks who is there before it does anything."""

import asyncio
import time
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection

from vret_server.accounts import Account, AccountRole
from vret_server.allowance import FailureLimit
from vret_server.bodies import (
    AccountBody,
    AnnounceBody,
    BeginRecordingBody,
    CheckBody,
    CodeBody,
    ErrorBody,
    GateBody,
    HealthBody,
    LinkBody,
    LoginBody,
    NewSessionBody,
    OffsetBody,
    QuestionsBody,
    RecordingBody,
    RecordingId,
    RecordingsBody,
    RedeemBody,
    RedeemedBody,
    SessionBody,
    SessionsBody,
    Sha256,
    TurnBody,
    TurnCredentialBody,
    plan_json,
)
from vret_server.clinic import Clinic
from vret_server.guard import https_refusal, origin_refusal
from vret_server.logs import read_file
from vret_server.plans import read_plan
from vret_server.refusal import RefusedError
from vret_server.secret import hashed
from vret_server.sessions import SessionEntry
from vret_server.tables import now_unix_ms
from vret_server.timeline import read_timeline
from vret_server.tokens import device_of

_COOKIE = "vret_login"
_SECURE_COOKIE = "__Host-vret_login"
_ERRORS: dict[int | str, dict[str, object]] = {"4XX": {"model": ErrorBody}, "5XX": {"model": ErrorBody}}


def _clinic(connection: HTTPConnection) -> Clinic:
    clinic: Clinic = connection.app.state.clinic
    return clinic


def _cookie(connection: HTTPConnection) -> str | None:
    """The `__Host-` name, which no other host of the domain can set, wherever https allows it."""
    return connection.cookies.get(_SECURE_COOKIE if _is_secure(connection) else _COOKIE)


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in ("https", "wss")


def _bearer(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


async def _account(request: Request) -> Account:
    return await _clinic(request).accounts.of_cookie(_cookie(request))


async def _therapist(account: Annotated[Account, Depends(_account)]) -> Account:
    if account.role is not AccountRole.THERAPIST:
        raise RefusedError("wrong_role")
    if account.watches:
        raise RefusedError("only_watching")
    return account


_Clinic = Annotated[Clinic, Depends(_clinic)]
_Account = Annotated[Account, Depends(_account)]
_Therapist = Annotated[Account, Depends(_therapist)]

router = APIRouter(prefix="/api", responses=_ERRORS)
socket_router = APIRouter()


@router.get("/health")
async def health() -> HealthBody:
    return HealthBody(version=version("vret"), unix_ms=now_unix_ms())


@router.post("/login")
async def login(body: LoginBody, request: Request, response: Response, clinic: _Clinic) -> AccountBody:
    keys = _address(request), body.email.strip().lower()
    _charge(clinic.wrong_logins, *keys)
    account, cookie = await clinic.accounts.login(body.email, body.password)
    clinic.wrong_logins.succeeded(*keys)
    _set_cookie(request, response, clinic, cookie)
    return AccountBody.of(account)


@router.post("/login/link")
async def login_by_link(body: LinkBody, request: Request, response: Response, clinic: _Clinic) -> AccountBody:
    """The token of a sign-in link, which is good once and for ten minutes."""
    address = _address(request)
    _charge(clinic.wrong_logins, address)
    account, cookie = await clinic.accounts.login_by_link(body.token)
    clinic.wrong_logins.succeeded(address)
    _set_cookie(request, response, clinic, cookie)
    return AccountBody.of(account)


@router.post("/logout", status_code=204)
async def logout(request: Request, response: Response, clinic: _Clinic) -> None:
    cookie = _cookie(request)
    if cookie:
        await clinic.accounts.logout(cookie)
        clinic.hub.sign_out(hashed(cookie))
    secure = _is_secure(request)
    name = _SECURE_COOKIE if secure else _COOKIE
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


@router.get("/me")
async def me(account: _Account) -> AccountBody:
    return AccountBody.of(account)


@router.get("/gate")
async def gate_questions(account: _Account, clinic: _Clinic) -> QuestionsBody:
    return QuestionsBody.of(clinic.settings.emergency_number)


@router.post("/sessions", status_code=201)
async def create_session(body: NewSessionBody, therapist: _Therapist, clinic: _Clinic) -> SessionBody:
    return SessionBody.of(await clinic.sessions.create(therapist, read_plan(body.plan), body.label))


@router.get("/sessions")
async def list_sessions(account: _Account, clinic: _Clinic) -> SessionsBody:
    return SessionsBody(sessions=[SessionBody.of(entry) for entry in await clinic.sessions.listed(account)])


@router.get("/sessions/{session_id}")
async def get_session(session_id: str, account: _Account, clinic: _Clinic) -> SessionBody:
    return SessionBody.of(await clinic.sessions.readable(account, session_id))


@router.put("/sessions/{session_id}/gate")
async def put_gate(session_id: str, body: GateBody, therapist: _Therapist, clinic: _Clinic) -> SessionBody:
    known = (await clinic.sessions.led(therapist, session_id)).gate.emergency_number
    gate = body.gate(known or clinic.settings.emergency_number)
    return SessionBody.of(await clinic.sessions.put_gate(therapist, session_id, gate))


@router.post("/sessions/{session_id}/code", status_code=201)
async def issue_code(session_id: str, therapist: _Therapist, clinic: _Clinic) -> CodeBody:
    code, expires_unix_ms = await clinic.sessions.issue_code(therapist, session_id)
    return CodeBody(code=code, expires_unix_ms=expires_unix_ms)


@router.post("/sessions/{session_id}/check-code", status_code=201)
async def issue_check_code(session_id: str, therapist: _Therapist, clinic: _Clinic) -> CodeBody:
    """For days before the session: good for checks of the person's computer and for nothing else."""
    code, expires_unix_ms = await clinic.sessions.issue_check_code(therapist, session_id)
    return CodeBody(code=code, expires_unix_ms=expires_unix_ms)


@router.post("/sessions/{session_id}/admit")
async def admit(session_id: str, therapist: _Therapist, clinic: _Clinic) -> SessionBody:
    entry = await clinic.sessions.admit(therapist, session_id)
    await clinic.hub.admit(session_id, therapist.account_id)
    return SessionBody.of(entry)


@router.post("/sessions/{session_id}/end")
async def end(session_id: str, therapist: _Therapist, clinic: _Clinic) -> SessionBody:
    entry = await clinic.sessions.end(therapist, session_id)
    await clinic.hub.end(session_id)
    return SessionBody.of(entry)


@router.post("/sessions/{session_id}/turn")
async def turn(session_id: str, request: Request, clinic: _Clinic) -> TurnBody:
    """Credentials for the relay, new on every call: for the session's headset (resume token as bearer) and the
    therapist who leads it. Whoever only watches gets none."""
    await _check_takes_part(session_id, request, clinic)
    made = None if clinic.turn is None else clinic.turn.mint(session_id)
    allowed = None if made is None else TurnCredentialBody.of(made)
    return TurnBody(turn=allowed, direct=clinic.settings.direct_calls)


@router.post("/check")
async def check(body: CheckBody, request: Request, clinic: _Clinic) -> TurnBody:
    """Credentials for the relay for two minutes, by a check code or by a join code, which is not used up."""
    address = _address(request)
    _charge(clinic.wrong_codes, address)
    session_id = await clinic.sessions.checked(body.code)
    clinic.wrong_codes.succeeded(address)
    _charge(clinic.checks, session_id, refusal="too_many_checks")
    made = None if clinic.turn is None else clinic.turn.mint_for_check(session_id)
    allowed = None if made is None else TurnCredentialBody.of(made)
    return TurnBody(turn=allowed, direct=clinic.settings.direct_calls)


@router.post("/redeem")
async def redeem(body: RedeemBody, request: Request, clinic: _Clinic) -> RedeemedBody:
    address = _address(request)
    _charge(clinic.wrong_codes, address)
    redeemed = await clinic.sessions.redeem(body.code, body.program)
    clinic.wrong_codes.succeeded(address)
    await clinic.hub.change_device(redeemed.session_id)
    return RedeemedBody(
        session_id=redeemed.session_id,
        resume_token=redeemed.resume_token,
        plan=plan_json(redeemed.plan),
        mark=redeemed.plan.mark,
    )


@router.post("/logs")
async def announce_log(body: AnnounceBody, request: Request, clinic: _Clinic) -> OffsetBody:
    """Resume token as bearer. A session may hand in its log for 30 days after its end."""
    offset = await clinic.logs.announce(_bearer(request), body.session_id, body.sha256, body.size)
    return OffsetBody(offset=offset)


@router.patch("/logs/{sha256}")
async def send_log(
    sha256: Sha256, upload_offset: Annotated[int, Header(ge=0)], request: Request, clinic: _Clinic
) -> OffsetBody:
    """Raw bytes of the log from `Upload-Offset` on, at most one chunk (8 MiB) a call."""
    return OffsetBody(offset=await clinic.logs.append(_bearer(request), sha256, upload_offset, request.stream()))


@router.get(
    "/sessions/{session_id}/log",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The sealed log (MCAP)"}},
)
async def get_log(
    session_id: str, account: _Account, clinic: _Clinic, sha256: Sha256 | None = None
) -> StreamingResponse:
    """The newest finished log, or the one with this hash."""
    entry = await clinic.sessions.readable(account, session_id)
    path = clinic.logs.file_of(entry, sha256)
    headers = {
        "Content-Length": str(path.stat().st_size),
        "Content-Disposition": f'attachment; filename="{entry.session_id}.mcap"',
    }
    return StreamingResponse(read_file(path), media_type="application/octet-stream", headers=headers)


@router.get(
    "/sessions/{session_id}/timeline",
    response_class=Response,
    responses={
        200: {
            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
            "description": "Records as in docs/wire.schema.json, in order",
        }
    },
)
async def get_timeline(session_id: str, account: _Account, clinic: _Clinic, sha256: Sha256 | None = None) -> Response:
    """What happened, out of the newest finished log or the one with this hash; beacons and heartbeats are left out."""
    entry = await clinic.sessions.readable(account, session_id)
    if entry.ended_unix_ms is None:
        raise RefusedError("session_live")
    path = clinic.logs.file_of(entry, sha256)
    return Response(await asyncio.to_thread(read_timeline, path, path.stem), media_type="application/json")


@router.post("/sessions/{session_id}/recordings", status_code=201)
async def begin_recording(
    session_id: str, body: BeginRecordingBody, request: Request, therapist: _Therapist, clinic: _Clinic
) -> RecordingBody:
    """Refused unless both people have consented to it, as the headset says, and by another page than the one that
    leads."""
    entry, has_consent = await _recorded(session_id, request, therapist, clinic)
    if clinic.hub.leads_elsewhere(session_id, hashed(_cookie(request) or "")):
        raise RefusedError("recording_not_led")
    return RecordingBody.of(await clinic.recordings.begin(entry, body.recording_id, has_consent=has_consent))


@router.put("/sessions/{session_id}/recordings/{recording_id}/pieces/{number}")
async def put_piece(
    session_id: str,
    recording_id: RecordingId,
    number: Annotated[int, Path(ge=0, le=999_999)],
    request: Request,
    therapist: _Therapist,
    clinic: _Clinic,
) -> RecordingBody:
    """Raw bytes, encrypted in the page, at most 64 KiB. Pieces come in order; the same one may come twice."""
    entry, has_consent = await _recorded(session_id, request, therapist, clinic)
    data = await request.body()
    return RecordingBody.of(await clinic.recordings.put(entry, recording_id, number, data, has_consent=has_consent))


@router.post("/sessions/{session_id}/recordings/{recording_id}/end")
async def end_recording(
    session_id: str, recording_id: RecordingId, therapist: _Therapist, clinic: _Clinic
) -> RecordingBody:
    entry = await clinic.sessions.led(therapist, session_id)
    return RecordingBody.of(await clinic.recordings.end(entry, recording_id))


@router.get("/sessions/{session_id}/recordings")
async def list_recordings(session_id: str, account: _Account, clinic: _Clinic) -> RecordingsBody:
    entry = await clinic.sessions.readable(account, session_id)
    listed = await clinic.recordings.listed(entry)
    return RecordingsBody(recordings=[RecordingBody.of(recording) for recording in listed])


@router.get(
    "/sessions/{session_id}/recordings/{recording_id}/pieces/{number}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The piece, as it was sent"}},
)
async def get_piece(
    session_id: str,
    recording_id: RecordingId,
    number: Annotated[int, Path(ge=0, le=999_999)],
    account: _Account,
    clinic: _Clinic,
) -> Response:
    entry = await clinic.sessions.readable(account, session_id)
    return Response(await clinic.recordings.piece(entry, recording_id, number), media_type="application/octet-stream")


@router.delete("/sessions/{session_id}/recordings/{recording_id}", status_code=204)
async def delete_recording(session_id: str, recording_id: RecordingId, therapist: _Therapist, clinic: _Clinic) -> None:
    """For good; also one that still goes on, which then ends."""
    await clinic.recordings.delete(await clinic.sessions.led(therapist, session_id), recording_id)


@socket_router.websocket("/ws/headset")
async def headset_socket(socket: WebSocket) -> None:
    clinic = _clinic(socket)
    await clinic.sockets.headset(socket, _refusal_at_the_door(socket, clinic), _bearer(socket))


@socket_router.websocket("/ws/therapist/{session_id}")
async def therapist_socket(socket: WebSocket, session_id: str) -> None:
    clinic = _clinic(socket)
    await clinic.sockets.therapist(socket, _refusal_at_the_door(socket, clinic), session_id, _cookie(socket))


async def _check_takes_part(session_id: str, request: Request, clinic: Clinic) -> None:
    """Raises RefusedError unless this is the headset or the therapist of a session that goes on."""
    token = _bearer(request)
    if token is None:
        therapist = await _therapist(await _account(request))
        ended_unix_ms = (await clinic.sessions.led(therapist, session_id)).ended_unix_ms
    else:
        async with clinic.store.begin() as db:
            device = await device_of(db, token)
        if device.session_id != session_id:
            raise RefusedError("no_such_session")
        ended_unix_ms = device.ended_unix_ms
    if ended_unix_ms is not None:
        raise RefusedError("session_over")


async def _recorded(session_id: str, request: Request, therapist: Account, clinic: Clinic) -> tuple[SessionEntry, bool]:
    """The session that this therapist leads, and whether the headset says that both consent to a recording now."""
    entry = await clinic.sessions.led(therapist, session_id)
    return entry, clinic.hub.may_record(session_id, hashed(_cookie(request) or ""))


def _refusal_at_the_door(socket: WebSocket, clinic: Clinic) -> RefusedError | None:
    return https_refusal(socket, clinic.settings) or origin_refusal(socket, clinic.settings)


def _set_cookie(request: Request, response: Response, clinic: Clinic, cookie: str) -> None:
    secure = _is_secure(request)
    response.set_cookie(
        _SECURE_COOKIE if secure else _COOKIE,
        cookie,
        max_age=clinic.settings.limits.login_lifetime_s,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def _charge(limit: FailureLimit, *keys: str, refusal: str = "too_many_requests") -> None:
    if not limit.take(time.monotonic(), *keys):
        raise RefusedError(refusal)
