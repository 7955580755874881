import pytest

from vret.link.address import AddressError, read_address


@pytest.mark.parametrize(
    ("url", "http", "ws"),
    [
        ("https://clinic.example", "https://clinic.example", "wss://clinic.example"),
        (" https://clinic.example/vret/ ", "https://clinic.example/vret", "wss://clinic.example/vret"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000", "ws://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000", "ws://[::1]:8000"),
        ("https://praxis-müller.example", "https://praxis-müller.example", "wss://praxis-müller.example"),
    ],
)
def test_usable_addresses(url: str, http: str, ws: str) -> None:
    address = read_address(url)
    assert (address.http, address.ws) == (http, ws)


def test_this_computer_is_known() -> None:
    assert read_address("http://127.0.0.2:1").is_here
    assert not read_address("https://clinic.example").is_here


@pytest.mark.parametrize(
    "url",
    [
        *("", "clinic.example", "ftp://clinic.example", "https://", "https://a:b:c", "http://x/?y", "http://["),
        *("https://a\nb", "https://a b", f"https://{'a' * 64}", "https://\ud800", "https://a..b", "http://[::1]z80"),
    ],
)
def test_no_address(url: str) -> None:
    with pytest.raises(AddressError, match="enter one like https://"):
        read_address(url)


@pytest.mark.parametrize("url", ["http://clinic.example", "http://192.168.1.4:8000", "http://localhost.example"])
def test_plain_http_leaves_this_computer_only_when_allowed(url: str) -> None:
    with pytest.raises(AddressError, match="is not encrypted"):
        read_address(url)
    assert read_address(url, allow_plain_http=True).http == url
