import type { DeviceClass, HostName, ServiceName, UnavailableReason } from '#protocol/generated/kiosk.ts';

/** Something that a service rests on, and why the service is stopped or limited while it does not work. */
export type Part = { readonly reason: UnavailableReason } & (
  | {
      /** Every device of the class that is configured. */
      readonly device: DeviceClass;
      /** Why one that works is of no use all the same. */
      readonly unless?: UnavailableReason & ('cardLeftInside' | 'pinPadNeedsKeys');
    }
  | { readonly host: HostName }
);

export interface Dependencies {
  /** Of each of these one that works is enough, and without any the service stops. */
  readonly needs: readonly (readonly Part[])[];
  /** Without these it is given in part, and says so. */
  readonly prefers: readonly Part[];
  /** Where no device of the class is configured, the service is not offered at all. */
  readonly offeredWith?: DeviceClass;
}

const cardManagement: Part = { host: 'cardManagement', reason: 'cardManagementUnavailable' };
const bankCore: Part = { host: 'bankCore', reason: 'bankCoreUnavailable' };
const cardReader: Part = { device: 'cardReader', reason: 'readerUnavailable', unless: 'cardLeftInside' };
const pinPad: Part = { device: 'pinPad', reason: 'pinPadUnavailable', unless: 'pinPadNeedsKeys' };
const printer: Part = { device: 'receiptPrinter', reason: 'printerUnavailable' };
// Any reader will do: which documents it does not read, the screen says before anything starts.
const documentReader: Part = { device: 'identityReader', reason: 'documentReaderUnavailable' };

/**
 * What each service rests on (invariant 6: any one device or host failing leaves every service that does not need it).
 * The only place: availability and what a failing device switches off both follow from it.
 */
export const dependencies: Readonly<Record<ServiceName, Dependencies | 'notOffered' | 'always'>> = {
  balance: {
    needs: [[cardReader], [cardManagement, bankCore]],
    // Each host gives a part of its own; without a PIN only the social side is shown.
    prefers: [cardManagement, bankCore, pinPad, printer],
  },
  documentCheck: { needs: [[documentReader]], prefers: [], offeredWith: 'identityReader' },
  // Whoever stands here is checked by the bank, in whichever way.
  lossReport: {
    needs: [[documentReader], [bankCore]],
    prefers: [cardManagement, pinPad, printer],
    offeredWith: 'identityReader',
  },
  // That the card is genuine, the province says.
  unfreeze: {
    needs: [[documentReader], [cardReader], [cardManagement], [bankCore]],
    prefers: [pinPad, printer],
    offeredWith: 'identityReader',
  },
  // The social function is enabled without a PIN.
  activation: {
    needs: [[documentReader], [cardReader], [cardManagement], [bankCore]],
    prefers: [pinPad, printer],
    offeredWith: 'identityReader',
  },
  pin: {
    needs: [[documentReader], [cardReader], [cardManagement], [bankCore], [pinPad]],
    prefers: [printer],
    offeredWith: 'identityReader',
  },
  progress: {
    needs: [[documentReader], [cardManagement, bankCore]],
    prefers: [cardManagement, bankCore, printer],
    offeredWith: 'identityReader',
  },
  newCard: 'notOffered',
  // The page has the content packs of its own.
  information: 'always',
};
