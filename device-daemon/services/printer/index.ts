import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { PaperLevel, PrintOutcome, ReceiptPrinter } from '../../devices/receipt-printer.ts';
import { deviceStatusOf } from '../device-status.ts';
import {
  formNames,
  isFormName,
  type ReceiptFault,
  type ReceiptFields,
  type ReceiptLanguage,
  render,
} from '../receipts/index.ts';
import {
  type CommandContext,
  commandError,
  failure,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import { failed, printed } from './outcomes.ts';

export interface PrinterServiceOptions {
  /** True while a visit uses the printer: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
}

/** The one kind of paper: a roll. */
const MEDIA = 'receipt';
const LANGUAGES: readonly ReceiptLanguage[] = ['zh-Hans', 'zh-Hant', 'en'];
/** A long receipt at the slowest print speed, when the client sets no time-out of its own. */
const PRINT_MS = 60_000;
/** Longer than any receipt; beyond it somebody prints a roll. */
const RAW_LIMIT = 256 * 1024;
const maximumRequests = 16;

type Upper = NonNullable<xfs.PrinterStatusPaper['upper']>;
type Media = NonNullable<xfs.PrinterStatus['media']>;

/**
 * XFS4IoT's Printer over a receipt printer with a roll, a cutter and no sensor in its slot: forms in each language
 * (`balance.en`), raw bytes, cut. What would need a passbook, a scanner, a presenter or a retract bin is not offered.
 */
export function printerService(printer: ReceiptPrinter, options: PrinterServiceOptions): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};
  let media: Media = 'notPresent';

  const device = () =>
    deviceStatusOf(printer.report(), (reason) => {
      if (reason === 'paperOut') return 'online';
      if (reason === 'coverOpen') return 'userError';
      return reason === 'offline' || reason === 'silent' ? 'offline' : 'hardwareError';
    });
  const upper = (): Upper => printer.paper() satisfies PaperLevel;
  const snapshot = () => ({ device: device(), upper: upper(), media });

  let told = snapshot();
  /** One StatusChangedEvent with all that changed, and the threshold that the paper has passed. */
  const tell = (): void => {
    const before = told;
    const now = snapshot();
    told = now;
    const members = {
      ...(now.media === before.media ? {} : { media: now.media }),
      ...(now.upper === before.upper ? {} : { paper: { upper: now.upper } }),
    };
    const payload = {
      ...(now.device === before.device ? {} : { common: { device: now.device } }),
      ...(Object.keys(members).length === 0 ? {} : { printer: members }),
    };
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
    const passed = now.upper !== before.upper && now.upper !== 'unknown';
    if (passed && !(before.upper === 'unknown' && now.upper === 'full')) {
      send('Printer.PaperThresholdEvent', { paperSource: 'upper', threshold: now.upper });
    }
  };
  printer.onReport(tell);

  /** Runs a print and keeps `media` true: what was printed and not cut is in the print position. */
  const act = async (
    context: CommandContext,
    cuts: boolean,
    work: (timing: { timeoutMs: number; signal: AbortSignal }) => Promise<PrintOutcome>,
  ): Promise<Outcome> => {
    const outcome = await work({ timeoutMs: context.timeoutMs ?? PRINT_MS, signal: context.signal });
    if (outcome.outcome === 'done') media = cuts ? 'notPresent' : 'present';
    else if (outcome.outcome === 'unknown') media = 'unknown';
    tell();
    return printed(outcome, context);
  };

  const control = (): xfs.PrinterCapabilitiesControl => ({
    eject: true,
    ...(printer.capabilities().canCut ? { cut: true } : {}),
  });

  /** True for feed and cut, false for nothing, a refusal for what this printer cannot do. */
  const movement = (wanted: xfs.PrinterMediaControlNullable | undefined): boolean | Outcome => {
    const asked = Object.entries(wanted ?? {}).filter(([, value]) => value !== false && value !== undefined);
    const can = control();
    for (const [name, value] of asked) {
      const offered = (name === 'move' && value === 'eject') || (name === 'cut' && can.cut === true);
      if (!offered) return failure('invalidData', `/payload/mediaControl/${name} is not offered`);
    }
    return asked.length > 0;
  };

  const printForm = async (payload: xfs.PrinterPrintFormCommand, context: CommandContext): Promise<Outcome> => {
    const { formName, mediaName, fields = {}, paperSource = 'any' } = payload;
    if (formName === undefined) return failure('invalidData', '/payload/formName is missing');
    const form = parseFormName(formName);
    if (form === undefined) return commandError('formNotFound');
    if (mediaName !== undefined && mediaName !== '' && mediaName !== MEDIA) return commandError('mediaNotFound');
    if (paperSource !== 'any' && paperSource !== 'upper') return commandError('sourceInvalid');
    if (payload.offsetX || payload.offsetY) return failure('unsupportedData', 'a roll has no offsets');
    if ((payload.alignment ?? 'formDefinition') !== 'formDefinition') {
      return failure('unsupportedData', 'forms are aligned by their definition');
    }
    const moves = movement(payload.mediaControl);
    if (typeof moves === 'object') return moves;

    const rendered = render(form.name, form.language, defined(fields), printer.capabilities());
    if (!rendered.ok) return fieldError(formName, rendered.error, context);
    const { bytes } = rendered.value;
    return act(context, moves, (timing) => (moves ? printer.print(bytes, timing) : printer.raw(bytes, timing)));
  };

  const printRaw = async (payload: xfs.PrinterPrintRawCommand, context: CommandContext): Promise<Outcome> => {
    const { inputData, data } = payload;
    if (inputData === undefined) return failure('invalidData', '/payload/inputData is missing');
    if (data === undefined) return failure('invalidData', '/payload/data is missing');
    if (inputData === 'yes') return failure('unsupportedData', 'this printer returns no data');
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length === 0) return failure('invalidData', '/payload/data is empty');
    if (bytes.length > RAW_LIMIT) return failure('invalidData', `/payload/data is longer than ${RAW_LIMIT} bytes`);
    return act(context, false, (timing) => printer.raw(bytes, timing));
  };

  const controlMedia = async (payload: xfs.PrinterControlMediaCommand, context: CommandContext): Promise<Outcome> => {
    const moves = movement(payload.mediaControl);
    if (typeof moves === 'object') return moves;
    if (!moves) return failure('invalidData', '/payload/mediaControl asks for nothing');
    return act(context, true, (timing) => printer.cut(timing));
  };

  const reset = async (payload: xfs.PrinterResetCommand, context: CommandContext): Promise<Outcome> => {
    const { mediaControl } = payload;
    if (mediaControl !== undefined && mediaControl !== 'eject') {
      return failure('unsupportedData', `/payload/mediaControl: ${mediaControl} is not offered`);
    }
    const timing = { timeoutMs: context.timeoutMs ?? PRINT_MS, signal: context.signal };
    const result = await printer.reset(timing);
    if (!result.ok) return failed(result.error, context);
    if (mediaControl !== 'eject') return success();
    return act(context, true, () => printer.cut(timing));
  };

  const unlessBusy =
    <P>(handler: (payload: P, context: CommandContext) => Promise<Outcome>) =>
    (payload: P, context: CommandContext): Outcome | Promise<Outcome> =>
      options.busy() ? failure('sequenceError', 'a visit uses the printer') : handler(payload, context);

  return {
    name: 'Printer',
    family: 'standard',
    interfaces: ['Printer'],
    handlers: {
      'Printer.GetFormList': () => success({ formList: allForms() }),
      'Printer.GetMediaList': () => success({ mediaList: [MEDIA] }),
      'Printer.PrintForm': unlessBusy(printForm),
      'Printer.PrintRaw': unlessBusy(printRaw),
      'Printer.ControlMedia': unlessBusy(controlMedia),
      'Printer.Reset': unlessBusy(reset),
    },
    events: ['Printer.FieldErrorEvent', 'Printer.PaperThresholdEvent', 'Common.StatusChangedEvent'],
    immediate: new Set(['Printer.GetFormList', 'Printer.GetMediaList']),
    maximumRequests,
    status() {
      const now = snapshot();
      const status: xfs.PrinterStatus = { media: now.media, paper: { upper: now.upper } };
      return { device: now.device, members: { printer: status } };
    },
    capabilities() {
      const { model } = printer.capabilities();
      const capabilities: xfs.PrinterCapabilities = {
        type: { receipt: true },
        writeForm: { text: true, graphics: true, barcode: true },
        control: control(),
        paperSources: { upper: true },
        acceptMedia: false,
        mediaTaken: false,
        mediaPresented: false,
        dispensePaper: false,
      };
      return {
        ...(model === undefined ? {} : { common: { deviceInformation: [{ modelName: model }] } }),
        members: { printer: capabilities },
      };
    },
    attach(sender) {
      send = sender;
      told = snapshot();
    },
  };
}

const allForms = (): string[] => formNames.flatMap((name) => LANGUAGES.map((language) => `${name}.${language}`));

function parseFormName(formName: string): { name: string; language: ReceiptLanguage } | undefined {
  const dot = formName.indexOf('.');
  const name = formName.slice(0, dot);
  const language = LANGUAGES.find((known) => known === formName.slice(dot + 1));
  return dot > 0 && isFormName(name) && language !== undefined ? { name, language } : undefined;
}

const defined = (fields: Readonly<Record<string, string | string[] | undefined>>): ReceiptFields =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined),
  );

function fieldError(formName: string, fault: ReceiptFault, context: CommandContext): Outcome {
  if (fault.code === 'formNotFound') return commandError('formNotFound');
  const failures = { fieldMissing: 'required', fieldUnknown: 'notFound', fieldInvalid: 'notWrite' } as const;
  context.emit('Printer.FieldErrorEvent', { formName, fieldName: fault.field, failure: failures[fault.code] });
  return commandError('fieldError');
}
