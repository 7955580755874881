/** What one tab keeps over a reload, in its session storage; gone with the tab. */

import type { Kept } from "../core/room";

const KEPT_RECORDS = 4000;

function read<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
}

/** Where the storage is full, the old value goes: half a memory of a session would be taken for the whole. */
function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    sessionStorage.removeItem(key);
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
  draft: (session: string) => read<string>(`vret.draft.${session}`) ?? "",
  keepDraft: (session: string, text: string) => write(`vret.draft.${session}`, text),
};

export interface Contact {
  number: string;
  address: string;
  emergency: string;
}
