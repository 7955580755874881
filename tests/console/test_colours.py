"""A browser shows the mirror's colours as they were rendered: the engine's end, and Chromium's decoder and canvas."""

import asyncio
import time

import numpy as np

from tests.console.canvas import shown_by
from tests.voice.calls import Heard
from tests.voice.test_libwebrtc import INNER, SAME, chart, mirrored
from vret.memory.call import CallOffer, CallOffered
from vret.voice.libwebrtc import Libwebrtc

PATIENCE_S = 30.0
_OFFER = """async () => {
    window.peer = new RTCPeerConnection()
    peer.addTransceiver("audio", { direction: "sendrecv" })
    const place = peer.addTransceiver("video", { direction: "recvonly" })
    const known = RTCRtpReceiver.getCapabilities("video").codecs
    place.setCodecPreferences(known.filter(({ mimeType }) => ["video/VP8", "video/rtx"].includes(mimeType)))
    const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true })
    video.srcObject = new MediaStream([place.receiver.track])
    document.body.append(video)
    await peer.setLocalDescription(await peer.createOffer())
    return peer.localDescription.sdp
}"""
_ANSWER = "sdp => peer.setRemoteDescription({ type: 'answer', sdp })"
_REACH = "([candidate, sdpMid]) => peer.addIceCandidate({ candidate, sdpMid })"


def test_colours_are_in_the_browser_what_they_were(chromium: str) -> None:
    from playwright.async_api import async_playwright

    async def story() -> None:
        heard, shown = Heard(), chart()
        engine = await Libwebrtc.start(heard)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = await browser.new_page()
            offer = CallOffer(call="c1", sdp=await page.evaluate(_OFFER))
            answer = await engine.answer(CallOffered(offer=offer, relay=None, direct=True))
            await page.evaluate(_ANSWER, answer.sdp)
            await engine.spend("pictures", 600_000)
            end_s, off = time.monotonic() + PATIENCE_S, 255
            while off > SAME:
                assert time.monotonic() < end_s, f"{off} of 255 off"
                while heard.candidates:
                    found = heard.candidates.pop(0)
                    await page.evaluate(_REACH, [found.candidate, found.mid])
                await engine.show(mirrored(shown))
                await asyncio.sleep(1 / 15)
                seen = await shown_by(page, "video")
                if seen.shape == shown.shape:
                    off = int(np.abs(seen.astype(int) - shown)[INNER].max())
            print(f"at most {off} of 255 off")
            await browser.close()
        await engine.end()

    asyncio.run(story())
