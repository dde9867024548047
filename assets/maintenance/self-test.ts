import { adviceOf, deviceNames, hostAdvice, type Words } from '../devices/index.ts';
import { placeWords } from './day-words.ts';

/** A line of a self-test as the wire tells it (`SelfTestItem`). */
export interface SelfTestLine {
  readonly subject: string;
  readonly name?: string;
  readonly code: string;
  readonly values?: Readonly<Record<string, string | undefined>>;
}

/** What it is about, what was found, and what a person does about it. */
export interface SelfTestText {
  readonly subject: Words;
  readonly is: Words;
  readonly todo?: Words;
}

type Row = readonly [is: Words, todo?: Words];

const doctor: Words = ['在终端上运行 `npx kiosk doctor`', '`npx kiosk doctor` on the machine'];

/** By subject and code. */
const rows = {
  'device.ready': [['就绪', 'ready']],
  'device.starting': [['正在启动', 'is starting']],
  'device.degraded': [['能用，但有问题', 'works, not well']],
  'device.failed': [['不能用', 'does not work'], doctor],
  'device.absent': [['没有找到', 'was not found'], doctor],
  'host.echo': [['{ms} 毫秒内有回应', 'answered within {ms} ms']],
  'host.noEcho': [['没有回应（{why}）', 'gave no answer ({why})'], hostAdvice['down']?.todo ?? doctor],
  'host.notConfigured': [
    ['没有配置', 'is not configured'],
    ['设置 `hosts`', 'set `hosts`'],
  ],
  'clock.right': [['与主机相差 {seconds} 秒', 'is {seconds} s away from the host’s']],
  'clock.off': [
    ['与主机相差 {seconds} 秒', 'is {seconds} s away from the host’s'],
    ['检查校时服务：`timedatectl`', 'look at the time service: `timedatectl`'],
  ],
  'keys.loaded': [['已装入', 'are loaded']],
  'keys.missing': [
    ['没有装入', 'are missing'],
    ['与银行连通后会自动装入，请检查网络', 'they come by themselves when the bank can be reached'],
  ],
  'certificate.valid': [['有效期至 {day}', 'is valid until {day}']],
  'certificate.expires': [
    ['{day} 到期', 'expires on {day}'],
    ['现在就向银行申请新证书', 'ask the bank for a new one now'],
  ],
  'certificate.expired': [
    ['已于 {day} 过期', 'expired on {day}'],
    ['向银行申请新证书', 'ask the bank for a new one'],
  ],
  'certificate.none': [['没有证书', 'is not there'], doctor],
  'cards.dispense.enough': [['有 {count} 张', 'holds {count} cards']],
  'cards.dispense.low': [
    ['只剩 {count} 张', 'holds only {count} cards'],
    ['两人加卡', 'two persons load it'],
  ],
  'cards.dispense.empty': [
    ['没有卡', 'is empty'],
    ['两人加卡', 'two persons load it'],
  ],
  'cards.retain.room': [['{count} / {capacity} 张', 'holds {count} of {capacity}']],
  'cards.retain.full': [
    ['已满：{count} 张', 'is full: {count} cards'],
    ['两人取空', 'two persons empty it'],
  ],
  'journal.writable': [['可以写入', 'can be written']],
  'journal.unwritable': [
    ['写不进去', 'cannot be written'],
    ['检查磁盘空间', 'is the disk full?'],
  ],
  'journal.whole': [['完整，核对了 {entries} 条', 'is whole: {entries} entries were checked']],
  'journal.damaged': [
    ['被改动：{what}', 'is damaged: {what}'],
    ['保留原样，报告网点负责人', 'leave it as it is and tell the branch manager'],
  ],
  'disk.enough': [['剩余 {megabytes} MB', 'has {megabytes} MB free']],
  'disk.low': [
    ['剩余 {megabytes} MB，不够日志用', 'has {megabytes} MB free, less than the journal may take'],
    ['清理磁盘', 'make room'],
  ],
  'disk.full': [
    ['只剩 {megabytes} MB', 'has only {megabytes} MB free'],
    ['清理磁盘', 'make room'],
  ],
  'unresolved.none': [['没有', 'none']],
  'unresolved.some': [
    ['{count} 项', '{count}'],
    ['在总览页逐项处理', 'see the overview: each names its task'],
  ],
  'day.notDue': [['还没到日终时间（{clock}）', 'is not due; the cut-over is at {clock}']],
  'day.due': [
    ['自 {clock} 起应当日终', 'is due to be closed since {clock}'],
    ['两人在“日终”页结束本日', 'two persons close it, under Day'],
  ],
  'test.passed': [['通过', 'passed']],
  'test.failed': [
    ['未通过', 'failed'],
    ['看设备页上的原因', 'the devices page says why'],
  ],
  'test.never': [
    ['还没有测试过', 'was never made'],
    ['在设备页上测试', 'make it on the devices page'],
  ],
  'configuration.notProduction': [
    ['不是生产配置', 'is not the production profile'],
    ['上线前改为 `profile: production`', 'set `profile: production` before customers come'],
  ],
} as const satisfies Readonly<Record<string, Row>>;

export const selfTestCodes = Object.keys(rows) as readonly (keyof typeof rows)[];

export const subjectWords = {
  device: ['设备', 'Device'],
  host: ['主机', 'Host'],
  clock: ['时钟', 'The clock'],
  keys: ['密码键盘密钥', 'Keys of the PIN pad'],
  certificate: ['终端证书', 'Certificate of this kiosk'],
  cards: ['卡片', 'Cards'],
  journal: ['日志', 'Journal'],
  disk: ['磁盘', 'Disk'],
  unresolved: ['未决事项', 'Unresolved items'],
  day: ['营业日', 'Business day'],
  test: ['设备测试', 'Test'],
  configuration: ['配置', 'Configuration'],
} as const satisfies Readonly<Record<string, Words>>;

const fill = (words: Words, values: Readonly<Record<string, string | undefined>>): Words => {
  const [zh, en] = words.map((text) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole));
  return [zh ?? '', en ?? ''];
};

/** Devices, hosts and places of cards have names of their own. */
function aboutOf(subject: string, name: string | undefined, code: string): Words {
  const [kind = ''] = code.split('.');
  if (subject === 'cards' && Object.hasOwn(placeWords, kind)) return placeWords[kind as keyof typeof placeWords];
  const of: Words = Object.hasOwn(subjectWords, subject)
    ? subjectWords[subject as keyof typeof subjectWords]
    : [subject, subject];
  if (name === undefined) return of;
  const named = deviceNames[name] ?? [name, name];
  return subject === 'device' || subject === 'host' ? named : [`${of[0]} · ${named[0]}`, `${of[1]} · ${named[1]}`];
}

/** In both languages; an unknown code stands for itself. */
export function selfTestText({ subject, name, code, values = {} }: SelfTestLine): SelfTestText {
  const about = aboutOf(subject, name, code);
  const key = `${subject}.${code}`;
  const row: Row | undefined = Object.hasOwn(rows, key) ? rows[key as keyof typeof rows] : undefined;
  // A driver's own table knows its reports better.
  const advice =
    subject === 'device' && values['driver'] !== undefined
      ? adviceOf(values['driver'], values['reason'] === undefined ? code : `${code} ${values['reason']}`)
      : undefined;
  const todo = advice?.todo ?? row?.[1];
  return {
    subject: about,
    is: advice?.is ?? fill(row?.[0] ?? [code, code], values),
    ...(todo !== undefined && { todo: fill(todo, values) }),
  };
}

export const verdictWords = {
  well: ['正常', 'well'],
  look: ['要看一看', 'to look at'],
  bad: ['有问题', 'in the way'],
} as const satisfies Readonly<Record<string, Words>>;

export const versionWords = {
  software: ['软件', 'Software'],
  configuration: ['配置', 'Configuration'],
  screen: ['界面与内容', 'Screens and content'],
} as const satisfies Readonly<Record<string, Words>>;
