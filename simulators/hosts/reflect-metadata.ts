/**
 * The few functions of the Reflect metadata proposal that @peculiar/x509's dependency injection asks for, so that the
 * bench does not need a package for them. Import before it; it does nothing where they exist.
 */
type Metadata = Map<unknown, unknown>;
const store = new WeakMap<object, Map<PropertyKey | undefined, Metadata>>();

function own(target: object, property?: PropertyKey): Metadata | undefined {
  return store.get(target)?.get(property);
}

function define(key: unknown, value: unknown, target: object, property?: PropertyKey): void {
  const properties = store.get(target) ?? new Map<PropertyKey | undefined, Metadata>();
  store.set(target, properties);
  const metadata = properties.get(property) ?? new Map<unknown, unknown>();
  properties.set(property, metadata);
  metadata.set(key, value);
}

function find(key: unknown, target: object, property?: PropertyKey): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const metadata = own(at, property);
    if (metadata?.has(key)) return metadata.get(key);
  }
  return undefined;
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: find,
    getOwnMetadata: (key: unknown, target: object, property?: PropertyKey) => own(target, property)?.get(key),
    defineMetadata: define,
    metadata: (key: unknown, value: unknown) => (target: object, property?: PropertyKey) =>
      define(key, value, target, property),
  });
}
