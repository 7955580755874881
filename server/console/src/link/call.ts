/**
 * The call's connection, microphone and loudspeaker: does the tasks of `src/core/call.ts`, one after the other.
 *
 * To close is done at once, whatever is under way; what was still to be done for a closed call is passed over.
 */

import { Call, type Stage, type Standing, type Task } from "../core/call";
import { PACES } from "../core/camera";
import { Quality } from "../core/quality";
import { inOrder, inStereo, mayLeaveWhole, picturesInOrder, waysOf, type Ways } from "../core/ways";
import type { TurnBody } from "../generated/rest";
import type { HeadsetSignal, PageSaysInCall } from "../generated/wire";
import { Camera, encodingOf } from "./camera";
import { nowMs, serverNowMs } from "./clock";
import { Hearing } from "./earshot";
import { Ear } from "./ear";
import type { Keychain } from "./keychain";
import { memory } from "./memory";
import { Microphone } from "./microphone";
import { Mirroring } from "./mirror";
import { RefusedError, rest } from "./rest";
import { sampleOf } from "./stats";

/** How long the server may take to tell the ways; less where those it told before are still good. */
const ASKING_MS = 4000;
const ASKING_AGAIN_MS = 1500;
/** Credentials that are about to expire are not worth a try. */
const EXPIRING_MS = 60_000;
const VOICE_BITS_PER_S = 32_000;
/** A packet of 20 ms brings the one before it along; what is played sooner than that came cannot make use of it. */
const HELD_MS = 60;
/** Where no call follows by itself, microphone and camera are not left open for one. */
const NO_CALL = new Set<Stage>(["elsewhere", "distrusted", "over"]);

/** Microphones and loudspeakers by the names that the browser tells once the microphone may be used. */
export interface Device {
  readonly id: string;
  readonly name: string;
}

/** One RTCPeerConnection. `voice` is the person's. `farewell` is signed beforehand, since a page that closes waits for nothing. */
interface Connected {
  readonly name: string;
  readonly peer: RTCPeerConnection;
  readonly sender: RTCRtpSender;
  readonly voice: MediaStreamTrack;
  readonly pictures: RTCRtpTransceiver;
  isRelayed: boolean;
  /** Of the offer that is its local description. */
  number: number;
  early: RTCIceCandidateInit[];
  farewell: string | null;
}

export class Voice {
  readonly call: Call;
  readonly microphone: Microphone;
  readonly camera: Camera;
  readonly ear: Ear;
  readonly mirroring: Mirroring;
  readonly hearing: Hearing;
  quality = new Quality();
  microphones: Device[] = [];
  speakers: Device[] = [];
  /** The therapist's own switch; without a microphone nothing is heard either. */
  isMuted: boolean;
  private connected: Connected | null = null;
  /** The call for which something is to be done. */
  private name: string | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private measuring: Connected | null = null;
  private ways: TurnBody | null = null;
  private networkType: string | undefined = networkInformation()?.type;

  /** `send` sends a text to the server; `changed` is told of what can be seen, urgent or not. */
  constructor(
    private readonly sessionId: string,
    private readonly keychain: Promise<Keychain>,
    private readonly send: (text: string) => void,
    private readonly changed: (isUrgent: boolean) => void,
  ) {
    const redraw = () => changed(true);
    this.isMuted = memory.isMuted(sessionId);
    this.call = new Call(() => crypto.randomUUID(), true);
    this.microphone = new Microphone(this.isMuted, (track) => this.speak(track), redraw);
    this.camera = new Camera(() => this.film());
    this.ear = new Ear(redraw);
    this.mirroring = new Mirroring(redraw);
    this.hearing = new Hearing(new Ear(redraw), redraw);
    addEventListener("pagehide", this.leave);
    addEventListener("online", this.comeOnline);
    networkInformation()?.addEventListener("change", this.changeNetwork);
    if ("mediaDevices" in navigator) navigator.mediaDevices.addEventListener("devicechange", this.list);
  }

  /** Whether this browser can have a call at all. */
  static isPossible(): boolean {
    return "RTCPeerConnection" in globalThis;
  }

  /** Both people's voices, as far as they are there. */
  get voices(): MediaStreamTrack[] {
    const { track } = this.microphone;
    const { connected } = this;
    return [...(track === null ? [] : [track]), ...(connected === null ? [] : [connected.voice])];
  }

  get isRelayed(): boolean {
    return this.connected?.isRelayed ?? false;
  }

  stands(standing: Standing): void {
    this.do(this.call.stands(standing, nowMs()));
  }

  /** A signal for this page. `hasKeys`: keys were proved before it came, so it must fit them. */
  hear(signal: HeadsetSignal, hasKeys: boolean): void {
    if (!Voice.isPossible()) return;
    void this.keychain
      .then(({ keyring }) => keyring.open(signal))
      .then((said) => {
        if (said?.type === "CallMirrored") this.mirroring.hear(said);
        else if (said?.type === "CallEarshotGiven") this.hearing.hear(said);
        else if (said !== null) this.do(this.call.hear(said, nowMs()));
        else if (hasKeys) this.call.refuse(nowMs());
        this.changed(true);
      });
  }

  /** With every heartbeat. */
  tick(): void {
    this.do(this.call.tick(nowMs()));
    const isUp = this.call.stage === "up";
    for (const wish of [...this.mirroring.tick(isUp), ...this.hearing.tick(isUp)]) this.say(wish).catch(reportError);
    if (isUp) this.camera.judge(this.quality.verdict);
    void this.measure();
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted;
    memory.keepMuted(this.sessionId, isMuted);
    this.microphone.mute(isMuted);
    this.tellMuted();
    this.changed(true);
  }

  chooseSpeaker(id: string): void {
    memory.keepDevice("speaker", id);
    for (const ear of this.ears) ear.choose(id);
  }

  close(): void {
    this.do(this.call.end(nowMs()));
    for (const ear of this.ears) ear.close();
    this.camera.close();
    this.mirroring.close();
    removeEventListener("pagehide", this.leave);
    removeEventListener("online", this.comeOnline);
    networkInformation()?.removeEventListener("change", this.changeNetwork);
    if ("mediaDevices" in navigator) navigator.mediaDevices.removeEventListener("devicechange", this.list);
  }

  private get ears(): readonly Ear[] {
    return [this.ear, this.hearing.ear];
  }

  // -- tasks

  private do(tasks: Task[]): void {
    for (const task of tasks) {
      if (task.type === "Close") {
        this.hangUp(task.call, task.isSaid);
        continue;
      }
      if (task.type === "Offer") this.name = task.call;
      this.last = this.last.then(() => this.attempt(task)).catch(reportError);
    }
    if (tasks.length > 0) this.changed(true);
    if (!NO_CALL.has(this.call.stage)) return;
    this.microphone.close();
    this.camera.close();
  }

  private async attempt(task: Exclude<Task, { type: "Close" }>): Promise<void> {
    const call = task.type === "Say" ? task.signal.call : task.call;
    if (call !== this.name) return;
    try {
      await this.take(task);
    } catch (error) {
      const isKnown = error instanceof DOMException || error instanceof RefusedError;
      if (!isKnown) throw error;
      if (task.type === "Offer") this.do(this.call.failed(call, "failed", nowMs()));
    }
  }

  private async take(task: Exclude<Task, { type: "Close" }>): Promise<void> {
    const { connected } = this;
    switch (task.type) {
      case "Offer":
        return this.offer(task.call, task.number);
      case "OfferAgain":
        return connected === null ? undefined : this.sayOffer(connected);
      case "Apply":
        return connected === null ? undefined : this.apply(connected, task.sdp);
      case "Reach":
        return connected === null ? undefined : this.reach(connected, { candidate: task.candidate, sdpMid: task.mid });
      case "Say":
        return this.say(task.signal);
    }
  }

  private async offer(name: string, number: number): Promise<void> {
    void this.microphone.want();
    const ways = waysOf(await this.ask());
    const { certificate } = await this.keychain;
    if (name !== this.name) return;
    if (ways === null) return this.do(this.call.failed(name, "noWay", nowMs()));
    const configuration = configured(ways, certificate);
    const isFirst = this.connected === null;
    const connected = (this.connected ??= this.connect(name, configuration));
    connected.isRelayed = ways.iceTransportPolicy === "relay";
    if (!isFirst) connected.peer.setConfiguration(configuration);
    const offer = await connected.peer.createOffer({ iceRestart: !isFirst });
    await connected.peer.setLocalDescription({ type: "offer", sdp: inStereo(offer.sdp ?? "") });
    connected.number = number;
    if (name !== this.name) return;
    await this.sayOffer(connected);
    this.do(this.call.offered(name, nowMs()));
  }

  /** The ways, told anew; where the server cannot be asked just now, those that it told before. */
  private async ask(): Promise<TurnBody> {
    const known = this.ways;
    const isGood = known?.turn != null && known.turn.expires_unix_ms - serverNowMs() > EXPIRING_MS;
    try {
      this.ways = await rest.turn(this.sessionId, isGood ? ASKING_AGAIN_MS : ASKING_MS);
      return this.ways;
    } catch (error) {
      if (isGood && error instanceof RefusedError && error.status === 0) return known;
      throw error;
    }
  }

  private connect(name: string, configuration: RTCConfiguration): Connected {
    const peer = new RTCPeerConnection(configuration);
    const { sender, receiver } = prepareVoice(peer);
    peer.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      this.do(this.call.found(name, candidate.candidate, candidate.sdpMid ?? "", this.isRelayed));
    };
    peer.oniceconnectionstatechange = () => {
      this.do(this.call.ice(name, peer.iceConnectionState, nowMs()));
      this.changed(true);
    };
    peer.onconnectionstatechange = () => {
      const canReach = peer.iceConnectionState === "connected" || peer.iceConnectionState === "completed";
      if (peer.connectionState === "failed" && canReach) this.do(this.call.broke(name, nowMs()));
    };
    this.hearing.prepare(name, peer);
    const pictures = preparePictures(peer);
    this.mirroring.prepare(name, pictures);
    this.camera.prepare(pictures.sender);
    void sender.replaceTrack(this.microphone.track);
    this.quality = new Quality();
    this.ear.play(receiver.track);
    return {
      name,
      peer,
      sender,
      voice: receiver.track,
      pictures,
      isRelayed: true,
      number: 0,
      early: [],
      farewell: null,
    };
  }

  private async sayOffer(connected: Connected): Promise<void> {
    const { name, peer, isRelayed, number } = connected;
    const sdp = peer.localDescription?.sdp ?? "";
    if (!mayLeaveWhole(sdp, isRelayed)) throw new Error("A relayed call would tell this computer's own address.");
    await this.say({ type: "CallOffer", call: name, sdp, ...(number > 0 && { number }) });
    connected.farewell ??= await this.signed({ type: "CallEnded", call: name });
  }

  /** What comes when no offer is open answers an older one. */
  private async apply(connected: Connected, sdp: string): Promise<void> {
    const { peer, sender, pictures, early } = connected;
    if (peer.signalingState !== "have-local-offer") return;
    await peer.setRemoteDescription({ type: "answer", sdp });
    this.mirroring.answered(connected.name);
    this.hearing.answered(connected.name);
    this.camera.answered(this.call.takesCamera && (pictures.currentDirection?.includes("send") ?? false));
    connected.early = [];
    for (const candidate of early) await this.reach(connected, candidate);
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = VOICE_BITS_PER_S;
    await sender.setParameters(parameters);
  }

  private async reach(connected: Connected, candidate: RTCIceCandidateInit): Promise<void> {
    if (connected.peer.remoteDescription === null) connected.early.push(candidate);
    else await connected.peer.addIceCandidate(candidate);
  }

  private async say(said: PageSaysInCall): Promise<void> {
    const text = await this.signed(said);
    if (text !== null) this.send(text);
  }

  private async signed(said: PageSaysInCall): Promise<string | null> {
    const signal = await (await this.keychain).keyring.signal(said);
    return signal && JSON.stringify(signal);
  }

  /** What is under way for a closed connection may never be done (W3C webrtc-pc, 4.4.1.2), so nothing waits for it. */
  private hangUp(name: string, isSaid: boolean): void {
    if (this.name !== name) return;
    this.name = null;
    this.last = Promise.resolve();
    const { connected } = this;
    if (connected === null) return;
    if (isSaid && connected.farewell !== null) this.send(connected.farewell);
    connected.peer.close();
    this.connected = null;
    this.ear.stop();
    this.mirroring.end();
    this.hearing.end();
    this.camera.end();
    this.film();
  }

  // -- sound and its measures

  private speak(track: MediaStreamTrack | null): void {
    void this.connected?.sender.replaceTrack(track);
    this.tellMuted();
    if (track !== null) void this.list();
  }

  private tellMuted(): void {
    const isSilent = this.isMuted || this.microphone.track === null;
    if (isSilent !== this.call.isMuted) this.do(this.call.mute(isSilent));
  }

  /** The headset is told whether pictures of the camera come: where they do not, the last one is not to stay. */
  private film(): void {
    const { isFilming } = this.camera;
    if (isFilming !== this.call.isFilming) this.do(this.call.film(isFilming));
    this.changed(true);
  }

  private async measure(): Promise<void> {
    const { connected, quality } = this;
    const isWorthIt = this.call.stage === "up" || quality.heardMs !== null;
    if (connected === null || this.measuring === connected || !isWorthIt) return;
    this.measuring = connected;
    const stats = await connected.peer.getStats();
    this.measuring = null;
    if (this.connected !== connected) return;
    quality.take(sampleOf(stats, nowMs()));
    this.do(this.call.hears(!quality.isSilent(nowMs()), nowMs()));
    this.changed(false);
  }

  private list = async (): Promise<void> => {
    const all = await navigator.mediaDevices.enumerateDevices();
    this.microphones = named(all, "audioinput");
    this.speakers = named(all, "audiooutput");
    this.microphone.heed();
    for (const ear of this.ears) ear.heed(this.speakers.map(({ id }) => id));
    this.changed(true);
  };

  // -- around the page

  private leave = ({ persisted }: PageTransitionEvent) => void (persisted || this.close());

  private comeOnline = () => this.do(this.call.network(true, nowMs()));

  /** Browsers call it a change too when they think otherwise of the line's speed. */
  private changeNetwork = () => {
    const type = networkInformation()?.type;
    const isAnother = type !== this.networkType;
    this.networkType = type;
    this.do(this.call.network(isAnother, nowMs()));
  };
}

/** Complete each time: whatever it leaves out would be taken for a wish to change it. */
function configured(ways: Ways, certificate: RTCCertificate | null): RTCConfiguration {
  return { ...ways, bundlePolicy: "max-bundle", ...(certificate && { certificates: [certificate] }) };
}

function prepareVoice(peer: RTCPeerConnection): RTCRtpTransceiver {
  const transceiver = peer.addTransceiver("audio", { direction: "sendrecv" });
  const known = RTCRtpReceiver.getCapabilities("audio")?.codecs ?? [];
  if ("setCodecPreferences" in transceiver) transceiver.setCodecPreferences(inOrder(known));
  transceiver.receiver.jitterBufferTarget = HELD_MS;
  return transceiver;
}

/**
 * One place for pictures both ways: what the person sees, and the therapist's camera, which may come and go without
 * another offer.
 */
function preparePictures(peer: RTCPeerConnection): RTCRtpTransceiver {
  const transceiver = peer.addTransceiver("video", { direction: "sendrecv", sendEncodings: [encodingOf(PACES[0])] });
  const known = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  if ("setCodecPreferences" in transceiver) transceiver.setCodecPreferences(picturesInOrder(known));
  return transceiver;
}

/** Chromium lists what the computer takes a second time, as devices of its own. */
function named(all: MediaDeviceInfo[], kind: MediaDeviceKind): Device[] {
  return all
    .filter((device) => device.kind === kind && device.label !== "")
    .filter(({ deviceId }) => !["", "default", "communications"].includes(deviceId))
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

function networkInformation(): NetworkInformation | undefined {
  return (navigator as { connection?: NetworkInformation }).connection;
}
