import { html, nothing, type TemplateResult } from 'lit';
import { adviceOf, deviceNames, type PageWord, pageWords, type Words } from '#assets/devices/index.ts';
import { testPromptWords, testReasonWords, testWords } from '#assets/maintenance/index.ts';
import type { DeviceReport, DeviceTestReport, TestResult } from '#protocol/generated/kiosk.ts';
import type { TestPrompt } from '#state-machines/maintenance.ts';
import '../components/kiosk-picture.ts';
import type { KioskPart, Motion } from '../components/kiosk-picture.ts';
import { sign } from '../devices/signs.ts';
import type { Face } from './page.ts';

const partOf: Readonly<Record<string, KioskPart>> = {
  cardReader: 'cardSlot',
  cardDispenser: 'dispenser',
  pinPad: 'pinPad',
  printer: 'receiptSlot',
  identityReader: 'idReader',
  passportReader: 'passportReader',
  codeScanner: 'scanner',
};
const motionOf: Readonly<Record<TestPrompt['prompt'], Motion>> = {
  wait: 'still',
  pressKeys: 'in',
  placeDocument: 'in',
  swipeDocument: 'in',
  scanCode: 'none',
  lookAtPaper: 'out',
  lookAtLights: 'none',
};

/** One button each; what came of it last, when and by whom. */
export function testsBox(
  face: Face,
  tests: readonly DeviceTestReport[],
  devices: readonly DeviceReport[],
  closer: (device: string) => void,
): TemplateResult {
  const { word } = face;
  return html`
    <section class="box">
      <h2>${word('tests')}</h2>
      <ul class="tests">
        ${devices.map(({ name }) => {
          const test = tests.find(({ device }) => device === name);
          return testRow(face, test ?? { device: name }, devices, () => closer(name));
        })}
      </ul>
    </section>
  `;
}

/** A device that cannot be tested has no button for it. */
export function testRow(
  face: Face,
  { device, test, last }: Partial<DeviceTestReport> & Pick<DeviceTestReport, 'device'>,
  devices: readonly DeviceReport[],
  closer?: () => void,
): TemplateResult {
  const { say, word, perform } = face;
  const signed = last === undefined ? 'unknown' : last.outcome === 'passed' ? 'well' : 'out';
  return html`
    <li data-test-of=${device} data-outcome=${last?.outcome ?? 'never'} data-at=${last?.at ?? ''} data-sign=${signed}>
      ${sign(signed)}
      <div>
        <b>${say.of(deviceNames[device] ?? [device, device])}</b>
        <p>${test === undefined ? word('noTest') : last === undefined ? word('never') : told(face, last, devices)}</p>
      </div>
      ${closer === undefined ? nothing : html`<button data-event="CLOSER" data-device=${device} @click=${closer}>${word('closer')}</button>`}
      ${test === undefined ? nothing : html`<button data-deed="Test" data-device=${device} @click=${() => perform('Maintenance.Test', { device })}>${say.of(testWords[test])}</button>`}
    </li>
  `;
}

function told(face: Face, { device, outcome, reason, at, staff }: TestResult, devices: readonly DeviceReport[]) {
  const { say, word, nowMs } = face;
  const when = html`<small>${word('by', { when: say.ago(at, nowMs), staff })}</small>`;
  if (outcome === 'passed') return html`${word('passed')} ${when}`;
  const driver = devices.find(({ name }) => name === device)?.driver ?? '';
  return html`${word('failed', { why: say.of(reasonWords(driver, reason ?? '')) })} ${when}`;
}

/** In the words of the driver's fault table, where it has some. */
function reasonWords(driver: string, reason: string): Words {
  const ofDriver = adviceOf(driver, `failed ${reason}`)?.is ?? adviceOf(driver, reason)?.is;
  if (ofDriver !== undefined) return ofDriver;
  const [state = ''] = reason.split(' ');
  if (Object.hasOwn(pageWords, state)) return pageWords[state as PageWord];
  return Object.hasOwn(testReasonWords, reason)
    ? testReasonWords[reason as keyof typeof testReasonWords]
    : [reason, reason];
}

/** While a test runs: what the hand must do. */
export function testRuns(
  { say, word, send }: Face,
  device: string,
  prompt: TestPrompt | undefined,
  mayCancel = true,
): TemplateResult {
  const { prompt: what, left } = prompt ?? { prompt: 'wait' as const, left: undefined };
  const part = partOf[device];
  return html`
    <section class="door" data-testing=${device} data-prompt=${what}>
      ${part === undefined ? sign('coming') : html`<kiosk-picture .lit=${part} .motion=${motionOf[what]} .label=${say.of(testPromptWords[what])}></kiosk-picture>`}
      <div role="status"><h2>${say.of(testPromptWords[what])}</h2></div>
      ${left === undefined ? nothing : html`<p class="quiet">${word('keysLeft', { n: left })}</p>`}
      ${
        mayCancel
          ? html`<button class="wide" data-event="CANCEL" @click=${() => send({ type: 'CANCEL' })}>${word('cancel')}</button>`
          : nothing
      }
    </section>
  `;
}
