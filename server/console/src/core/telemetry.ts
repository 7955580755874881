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
  /** Which area of interest of the scene that is shown the head is turned to, from 1; 0 for none. */
  area: number;
  /** Metres to the nearest feared area; null where there is none. */
  fearedM: number | null;
}

/** A binary message is not a telemetry batch of a version that is known here. */
export class TelemetryError extends Error {}

const HEAD_BYTES = 8;
const MAGIC = 0x5654;
const VERSION = 2;
/** By version. The first knew no areas of interest. */
const ROW_BYTES: { [version: number]: number } = { 1: 48, 2: 52 };

export function unpack(batch: ArrayBuffer): Row[] {
  if (batch.byteLength < HEAD_BYTES) throw new TelemetryError(`a batch has at least ${HEAD_BYTES} bytes`);
  const view = new DataView(batch);
  const version = view.getUint8(2);
  const rowBytes = ROW_BYTES[version];
  if (view.getUint16(0) !== MAGIC || rowBytes === undefined) {
    throw new TelemetryError(`not a telemetry batch of version ${VERSION} or 1`);
  }
  const count = view.getUint32(4, true);
  if (batch.byteLength !== HEAD_BYTES + count * rowBytes) {
    throw new TelemetryError(`${count} rows do not make ${batch.byteLength} bytes`);
  }
  return Array.from({ length: count }, (_, index) => row(view, HEAD_BYTES + index * rowBytes, version));
}

function row(view: DataView, at: number, version: number): Row {
  const knowsAreas = version >= 2;
  const fearedM = knowsAreas ? view.getFloat32(at + 48, true) : NaN;
  const float = (offset: number) => view.getFloat32(at + offset, true);
  return {
    tNs: Number(view.getBigUint64(at, true)),
    frame: view.getUint32(at + 8, true),
    cpuUs: view.getUint32(at + 12, true),
    positionInStage: [float(16), float(20), float(24)],
    rotationInStage: [float(28), float(32), float(36), float(40)],
    veil: view.getUint16(at + 44, true),
    area: knowsAreas ? view.getUint16(at + 46, true) : 0,
    fearedM: Number.isNaN(fearedM) ? null : fearedM,
  };
}
