"""The server is killed in the middle of a session and comes back: nothing is lost that anybody relied on."""

from vret.link.wire import Admit, PeerJoined, Relayed, ReportMessage, Snapshot, Welcome

from .people import Console, Device, command, report_message, snapshot
from .programs import ServerProgram


def test_the_room_is_rebuilt_from_the_headset(own_server: ServerProgram) -> None:
    console = Console(own_server)
    session_id = console.new_session()
    device = Device(own_server, console.code(session_id))
    with device.join() as headset:
        console.admit(session_id)
        headset.until(Admit)
        headset.send(report_message(1))
        own_server.kill()
    own_server.start()
    with device.join() as headset:
        assert headset.until(Welcome).admitted
        assert headset.until(Admit).therapist == console.account_id
        with console.join(session_id) as therapist:
            welcome = therapist.until(Welcome)
            assert welcome.admitted
            headset.until(PeerJoined)
            headset.send(snapshot(session_id, 99))
            headset.send(report_message(2))
            assert therapist.until(Snapshot).last_sequence == 99
            assert therapist.until(ReportMessage).report.t_ns == 2
            therapist.send(command("after"))
            assert headset.until(Relayed).sender == welcome.peer
