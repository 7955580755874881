/** What a browser counts of a call (W3C webrtc-stats), as one sample. */

import type { Sample } from "../core/quality";

/** The entries and fields that are read; no browser has all of them. */
interface Stat {
  id: string;
  type: string;
  kind?: string;
  mid?: string;
  packetsReceived?: number;
  packetsLost?: number;
  jitter?: number;
  concealedSamples?: number;
  totalSamplesReceived?: number;
  audioLevel?: number;
  fractionLost?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  selectedCandidatePairId?: string;
  nominated?: boolean;
  state?: string;
}

export function sampleOf(report: { forEach(take: (stat: Stat) => void): void }, tMs: number): Sample {
  const stats: Stat[] = [];
  report.forEach((stat) => stats.push(stat));
  const audio = (type: string) => stats.find((stat) => stat.type === type && isVoice(stat));
  const [heard, told, source] = [audio("inbound-rtp"), audio("remote-inbound-rtp"), audio("media-source")];
  const roundTripS = selectedPair(stats)?.currentRoundTripTime ?? told?.roundTripTime;
  return {
    tMs,
    received: heard?.packetsReceived ?? 0,
    lost: heard?.packetsLost ?? 0,
    concealed: heard?.concealedSamples ?? 0,
    played: heard?.totalSamplesReceived ?? 0,
    ownLost: told?.fractionLost ?? null,
    roundTripMs: milliseconds(roundTripS),
    jitterMs: milliseconds(heard?.jitter),
    personLevel: heard?.audioLevel ?? 0,
    ownLevel: source?.audioLevel ?? 0,
  };
}

/** The voices go through the first place of the offer. */
function isVoice({ kind, mid }: Stat): boolean {
  return (kind ?? "audio") === "audio" && (mid ?? "0") === "0";
}

/** Firefox names no transport. */
function selectedPair(stats: Stat[]): Stat | undefined {
  const selected = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  if (selected !== undefined) return stats.find(({ id }) => id === selected);
  return stats.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : 1000 * seconds;
}
