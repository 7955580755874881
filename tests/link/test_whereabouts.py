import asyncio
import sys

import pytest

from tests.network import ELSEWHERE, FAR, NEAR, two_networks
from vret.link.whereabouts import moved, own_address

_ASK = f"from vret.link.whereabouts import own_address; print(own_address({NEAR!r}))"


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_what_is_on_this_computer_is_reached_by_its_own_address(peer: str) -> None:
    assert own_address(peer) == peer


def test_the_address_is_the_one_by_which_the_peer_is_reached_now() -> None:
    with two_networks() as (_, far, line):
        assert far.run(sys.executable, "-c", _ASK).strip() == FAR
        line.readdress(far, ELSEWHERE)
        assert far.run(sys.executable, "-c", _ASK).strip() == ELSEWHERE
        far.run("ip", "address", "flush", "dev", "line")
        assert far.run(sys.executable, "-c", _ASK).strip() == "None"


def test_who_has_not_moved_waits() -> None:
    async def story() -> None:
        assert await moved("192.0.2.1", "127.0.0.1") == "127.0.0.1"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(moved("127.0.0.1", "127.0.0.1"), 0.5)

    asyncio.run(story())
