"""The parts of one running server, put together from its settings."""

from dataclasses import dataclass

from vret_server.accounts import Accounts
from vret_server.allowance import FailureLimit
from vret_server.hub import Hub
from vret_server.logs import LogFolder, Logs
from vret_server.recordings import RecordingFolder, Recordings
from vret_server.rooms import Room
from vret_server.sessions import Sessions
from vret_server.settings import Settings
from vret_server.sockets import Sockets
from vret_server.store import Store
from vret_server.turn import Turn, open_turn


@dataclass(frozen=True, slots=True)
class Clinic:
    settings: Settings
    store: Store
    accounts: Accounts
    sessions: Sessions
    logs: Logs
    recordings: Recordings
    hub: Hub
    sockets: Sockets
    wrong_logins: FailureLimit
    wrong_codes: FailureLimit
    checks: FailureLimit
    turn: Turn | None


def open_clinic(settings: Settings) -> Clinic:
    """Raises StoreError if the database address makes no sense, TurnError if the relay's settings do not."""
    limits = settings.limits
    store = Store(settings)
    accounts = Accounts(store, limits.login_lifetime_s)
    sessions = Sessions(store, limits)

    async def open_room(session_id: str) -> Room:
        entry = await sessions.found(session_id)
        return Room(session_id, admitted_by=entry.admitted_by, mark=entry.mark)

    hub = Hub(open_room)
    return Clinic(
        settings=settings,
        store=store,
        accounts=accounts,
        sessions=sessions,
        logs=Logs(store, LogFolder(settings.logs_folder), limits),
        recordings=Recordings(store, RecordingFolder(settings.recordings_folder), limits),
        hub=hub,
        sockets=Sockets(store, accounts, sessions, hub, limits),
        wrong_logins=FailureLimit(limits.failures_per_minute_per_address, limits.failures_per_minute_in_all),
        wrong_codes=FailureLimit(limits.failures_per_minute_per_address, limits.failures_per_minute_in_all),
        checks=FailureLimit(limits.checks_per_minute_per_session, limits.checks_per_minute_in_all),
        turn=open_turn(settings),
    )
