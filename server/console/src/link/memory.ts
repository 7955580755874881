/** What one tab keeps over a reload, in its session storage; gone with the tab. */

import type { Kept } from "../core/room";

const KEPT_RECORDS = 4000;

function read<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
}

export const memory = {
  room: (session: string) => read<Kept>(`vret.room.${session}`),
  keepRoom: (session: string, kept: Kept) =>
    sessionStorage.setItem(
      `vret.room.${session}`,
      JSON.stringify({ ...kept, records: kept.records.slice(-KEPT_RECORDS) }),
    ),
  /** Whom to call and where the person is, for when nothing else works. */
  contact: (session: string) => read<Contact>(`vret.contact.${session}`),
  keepContact: (session: string, contact: Contact) =>
    sessionStorage.setItem(`vret.contact.${session}`, JSON.stringify(contact)),
  draft: (session: string) => read<string>(`vret.draft.${session}`) ?? "",
  keepDraft: (session: string, text: string) => sessionStorage.setItem(`vret.draft.${session}`, JSON.stringify(text)),
};

export interface Contact {
  number: string;
  address: string;
}
