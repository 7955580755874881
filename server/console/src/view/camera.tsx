/** The therapist's camera: its switch, and what it sees, small, as in a mirror. */

import { useEffect, useRef } from "preact/hooks";
import type { Voice } from "../link/call";
import { cameraText, cameraWords as words } from "../words/camera";

/** Whether the person's program takes it counts only once there is a call. */
export function cameraTold({ camera, call }: Voice): string {
  return cameraText(camera, call.stage !== "up" || call.takesCamera);
}

/** Without a picture its place stays empty. */
export function CameraSwitch({ voice }: { voice: Voice }) {
  const { camera } = voice;
  return (
    <div class="camera">
      <button
        type="button"
        aria-pressed={camera.isOn}
        title={words.shown}
        onClick={() => void camera.turn(!camera.isOn)}
      >
        {words.title}
      </button>
      <SelfView voice={voice} />
    </div>
  );
}

function SelfView({ voice: { camera } }: { voice: Voice }) {
  const video = useRef<HTMLVideoElement>(null);
  const { stream } = camera;
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} class={stream ? undefined : "none"} aria-label={words.you} autoplay muted playsInline />;
}
