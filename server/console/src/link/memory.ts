/**
 * What one tab keeps over a reload, in its session storage, gone with the tab; and what the browser keeps for all tabs,
 * which is which microphone and loudspeaker were chosen and how the person's picture is wanted.
 */

import type { Rate } from "../core/mirror";
import type { Kept } from "../core/room";

const KEPT_RECORDS = 4000;

function read<T>(key: string, storage = sessionStorage): T | null {
  const text = storage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
}

/** Where the storage is full, the old value goes: half a memory of a session would be taken for the whole. */
function write(key: string, value: unknown, storage = sessionStorage): void {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    storage.removeItem(key);
  }
}

export const memory = {
  /** This tab's own name; a duplicate of the tab has it too. */
  tab: (): string => {
    const name = read<string>("vret.tab") ?? crypto.randomUUID();
    write("vret.tab", name);
    return name;
  },
  room: (session: string) => read<Kept>(`vret.room.${session}`),
  keepRoom: (session: string, kept: Kept) =>
    write(`vret.room.${session}`, { ...kept, records: kept.records.slice(-KEPT_RECORDS) }),
  /** Whom to call and where the person is, for when nothing else works. */
  contact: (session: string) => read<Contact>(`vret.contact.${session}`),
  keepContact: (session: string, contact: Contact) => write(`vret.contact.${session}`, contact),
  isMuted: (session: string) => read<boolean>(`vret.muted.${session}`) ?? false,
  keepMuted: (session: string, isMuted: boolean) => write(`vret.muted.${session}`, isMuted),
  /** The newest recording that was ended on this page. */
  endedRecording: (session: string) => read<number>(`vret.recording-ended.${session}`) ?? 0,
  keepEndedRecording: (session: string, number: number) => write(`vret.recording-ended.${session}`, number),
  /** The browser's name for it; empty for the one that the computer takes. */
  device: (kind: DeviceKind) => read<string>(`vret.${kind}`, localStorage) ?? "",
  keepDevice: (kind: DeviceKind, id: string) => write(`vret.${kind}`, id, localStorage),
  /** Whether what the person sees is wanted, and how many pictures a second. */
  seesMirror: () => read<boolean>("vret.mirror", localStorage) ?? true,
  keepSeesMirror: (isOn: boolean) => write("vret.mirror", isOn, localStorage),
  mirrorRate: () => read<Rate>("vret.mirror-rate", localStorage) ?? 15,
  keepMirrorRate: (rate: Rate) => write("vret.mirror-rate", rate, localStorage),
  /** How loud what the person hears is on this page, 0 to 1. */
  earshotVolume: () => read<number>("vret.earshot-volume", localStorage) ?? 0.5,
  keepEarshotVolume: (share: number) => write("vret.earshot-volume", share, localStorage),
  draft: (session: string) => read<string>(`vret.draft.${session}`) ?? "",
  message: (session: string) => read<string>(`vret.message.${session}`) ?? "",
  keepMessage: (session: string, text: string) => write(`vret.message.${session}`, text),
  keepDraft: (session: string, text: string) => write(`vret.draft.${session}`, text),
};

export type DeviceKind = "microphone" | "speaker";

export interface Contact {
  number: string;
  address: string;
  emergency: string;
}
