/** Telemetry: one packed binary frame a batch, as `docs/wire.md` lays it out. */

export interface Row {
  tNs: number;
  frame: number;
  cpuUs: number;
  /** Metres in stage space: right-handed, Y up, -Z ahead. */
  positionInStage: readonly [number, number, number];
  /** Quaternion xyzw. */
  rotationInStage: readonly [number, number, number, number];
  /** 0 open to 1000 black. */
  veil: number;
}

/** A binary message is not a telemetry batch of a version that is known here. */
export class TelemetryError extends Error {}

const HEAD_BYTES = 8;
const ROW_BYTES = 48;
const MAGIC = 0x5654;
const VERSION = 1;

export function unpack(batch: ArrayBuffer): Row[] {
  if (batch.byteLength < HEAD_BYTES) throw new TelemetryError(`a batch has at least ${HEAD_BYTES} bytes`);
  const view = new DataView(batch);
  if (view.getUint16(0) !== MAGIC || view.getUint8(2) !== VERSION) {
    throw new TelemetryError(`not a telemetry batch of version ${VERSION}`);
  }
  const count = view.getUint32(4, true);
  if (batch.byteLength !== HEAD_BYTES + count * ROW_BYTES) {
    throw new TelemetryError(`${count} rows do not make ${batch.byteLength} bytes`);
  }
  return Array.from({ length: count }, (_, index) => row(view, HEAD_BYTES + index * ROW_BYTES));
}

function row(view: DataView, at: number): Row {
  const float = (offset: number) => view.getFloat32(at + offset, true);
  return {
    tNs: Number(view.getBigUint64(at, true)),
    frame: view.getUint32(at + 8, true),
    cpuUs: view.getUint32(at + 12, true),
    positionInStage: [float(16), float(20), float(24)],
    rotationInStage: [float(28), float(32), float(36), float(40)],
    veil: view.getUint16(at + 44, true),
  };
}
