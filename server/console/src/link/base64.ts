/** Bytes as they stand in messages. */

import { AgreementError, type Bytes } from "./agreement";

export function base64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Throws AgreementError for what is none. */
export function unbase64(text: string): Bytes {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) throw new AgreementError("The other end sent no key of this kind.");
    throw error;
  }
}
