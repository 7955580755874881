"""Why a request is refused: one table of codes, each with its HTTP status and one sentence for a person."""

REFUSALS: dict[str, tuple[int, str]] = {
    "bad_request": (422, "{detail}"),
    "not_found": (404, "There is nothing at this address."),
    "method_not_allowed": (405, "This address does not take that kind of request."),
    "wrong_login": (401, "The e-mail address or the password is wrong."),
    "link_unknown": (404, "This sign-in link is not known. Check that it was copied whole, or ask for a new one."),
    "link_expired": (410, "This sign-in link has expired. Ask for a new one, or sign in with the password."),
    "link_used": (410, "This sign-in link was used already. Ask for a new one, or sign in with the password."),
    "not_signed_in": (401, "Sign in first."),
    "wrong_role": (403, "Your account may not do this."),
    "only_watching": (403, "You are signed in only to watch; sign in with the password to lead."),
    "no_such_session": (404, "There is no such session, or it belongs to another therapist."),
    "session_over": (409, "This session has ended."),
    "session_live": (409, "This session has not ended yet; its log comes afterwards."),
    "bad_plan": (422, "The plan cannot be used: {detail}."),
    "gate_incomplete": (409, "The safety check is not complete: {detail}."),
    "gate_blocked": (409, "This session may not go ahead: {detail}."),
    "nobody_waiting": (409, "Nobody is in the waiting room: the person has not entered a code yet."),
    "code_unknown": (404, "This code is not known. Check each letter, or ask the therapist for a new code."),
    "code_expired": (410, "This code has expired. Ask the therapist for a new code."),
    "code_used": (410, "This code was used already. Ask the therapist for a new code."),
    "code_only_checks": (
        403,
        "This code is for checking your computer. Your therapist tells you another one when the session begins.",
    ),
    "too_many_checks": (429, "That were many checks. Wait a minute, then try again."),
    "token_unknown": (401, "This device is not part of a session. Enter a new code."),
    "token_replaced": (401, "Another device took this session over with a newer code."),
    "too_many_requests": (429, "Too many wrong tries. Wait a minute, then try again."),
    "too_large": (413, "What was sent is larger than the {limit} bytes that are allowed here."),
    "bad_origin": (
        403,
        "Requests from the web page {origin} are not allowed here; add it with --origins if it is yours.",
    ),
    "bad_origin_here": (403, "Only the console's own page may use this program."),
    "bad_host": (403, "This program answers only at its own address; open {address}."),
    "server_unreachable": (502, "The clinic's server {server} cannot be reached ({reason})."),
    "https_required": (403, "This server is reached over https only."),
    "no_log": (404, "No finished log has arrived for this session yet."),
    "log_gone": (500, "The log was stored but {path} is no longer there; restore it from the backup."),
    "log_differs": (500, "The log {path} is not what was handed in; restore it from the backup."),
    "log_unreadable": (422, "The log of this session cannot be read: {detail}"),
    "log_unknown": (404, "Announce this log first."),
    "log_offset": (409, "The next byte wanted is number {offset}."),
    "log_corrupt": (422, "The log that arrived differs from its announced SHA-256 and was thrown away; send it again."),
    "log_size_differs": (409, "This log was announced with another size before."),
    "recording_not_consented": (
        403,
        "Nothing is recorded: the headset does not say that both people have consented to it now.",
    ),
    "recording_not_led": (403, "Only the page that leads the session records it."),
    "no_such_recording": (404, "There is no such recording in this session."),
    "recording_over": (409, "This recording has ended."),
    "recordings_full": (413, "The recordings of a session have at most {limit} bytes; this one can take no more."),
    "piece_order": (409, "The next piece of this recording is number {number}."),
    "piece_differs": (409, "Piece {number} of this recording arrived before, with other content; it stays as it was."),
    "no_such_piece": (404, "This recording has no piece {number}."),
    "piece_gone": (500, "Piece {number} of recording {recording} is no longer there; restore it from the backup."),
    "storage_full": (507, "The server's disk is full or cannot be written; make space on it and try again."),
    "database_unavailable": (503, "The database cannot be reached or written at the moment; try again."),
    "internal_error": (500, "The server made a mistake; its own output says more."),
}


class RefusedError(Exception):
    """A request is turned away; becomes `{"code", "message"}` with the table's status."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        self.status, sentence = REFUSALS[code]
        self.message = sentence.format(**facts)
        super().__init__(self.message)
