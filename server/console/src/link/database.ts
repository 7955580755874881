/** What the browser keeps for this page in IndexedDB: stores, each with what the keys of its entries are. */

const DATABASE = "vret";
const VERSION = 4;
/** What was kept before this version had another form. */
const FORMED_IN = 2;

/**
 * `keys`: a tab's keys of a session, by session and tab. `acquaintances`: by the name of the keys compared then.
 * `recordings`: what a session's recordings are opened with, by session. `signing`: the one pair that this browser signs with.
 */
export type StoreName = "keys" | "acquaintances" | "recordings" | "signing";

const STORES: readonly StoreName[] = ["keys", "acquaintances", "recordings", "signing"];

/** One store. Where the browser keeps nothing, it is empty and what is written is gone. */
export class Store<T> {
  constructor(private readonly name: StoreName) {}

  async read(key: string): Promise<T | null> {
    return ((await this.ask("readonly", (store) => store.get(key))) as T | undefined) ?? null;
  }

  async write(key: string, entry: T): Promise<void> {
    await this.ask("readwrite", (store) => store.put(entry, key));
  }

  async forget(key: string): Promise<void> {
    await this.ask("readwrite", (store) => store.delete(key));
  }

  async forgetWhere(isOld: (entry: T) => boolean): Promise<void> {
    const keys = ((await this.ask("readonly", (store) => store.getAllKeys())) as string[] | null) ?? [];
    for (const key of keys) {
      const entry = await this.read(key);
      if (entry !== null && isOld(entry)) await this.forget(key);
    }
  }

  private async ask(mode: IDBTransactionMode, how: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await opened();
    return database && answered(how(database.transaction(this.name, mode).objectStore(this.name)));
  }
}

let opening: Promise<IDBDatabase | null> | null = null;

function opened(): Promise<IDBDatabase | null> {
  opening ??= open();
  return opening;
}

function open(): Promise<IDBDatabase | null> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const database = request.result;
    const known = [...database.objectStoreNames];
    if (oldVersion < FORMED_IN) for (const name of known.splice(0)) database.deleteObjectStore(name);
    for (const name of STORES) if (!known.includes(name)) database.createObjectStore(name);
  };
  return answered(request).then((database) => {
    if (database !== null) database.onversionchange = () => database.close();
    return database;
  });
}

/** Null where the browser does not do it. */
function answered<T>(request: IDBRequest<T>): Promise<T | null> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}
