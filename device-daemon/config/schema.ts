import { choice, choices, decimal, flag, type Infer, integer, list, section, text } from './options.ts';

const loopback = /^(127(\.\d{1,3}){3}|localhost|::1)$/;
const port = /^(none|serial:\/\/\/\S+|tcp:\/\/[^\s:]+:\d+)$/;
const portWants = 'none, serial:///dev/serial/by-id/…?baudRate=9600 or tcp://host:port';
const publisher = {
  pattern: /^(wss?:\/\/(\[[0-9A-Fa-f:]+\]|[^\s/:@?#]+)(:\d{1,5})?(\/[^\s?#]*)?)?$/,
  wants: 'ws://host, ws://host:port, the same with wss, or nothing',
};
/** Another vendor's XFS4IoT service in the place of a driver of ours. */
const provider = {
  url: text({
    default: '',
    ...publisher,
    help: "xfs4iot: the other provider's publisher; without a port it is looked for on the standard's ports",
  }),
  service: text({
    default: '',
    pattern: /^[0-9A-Za-z._-]*$/,
    wants: "the last part of a service's URI, or nothing",
    help: 'xfs4iot: name of its service; empty takes the first that has what the device needs',
  }),
  token: text({ default: '', help: 'xfs4iot: shown to the provider as Authorization: Bearer' }),
  authority: text({ default: '', help: "xfs4iot: file with the only authority of the provider's certificate, PEM" }),
  certificate: text({ default: '', help: 'xfs4iot: file with the certificate shown to the provider, PEM' }),
  key: text({ default: '', help: 'xfs4iot: file with its private key, PEM' }),
};
const url = { pattern: /^(https:\/\/\S+)?$/, wants: 'an https:// address, or nothing' };

/** Of the cabinet: which file of the kernel is what. */
const below = { pattern: /^([\w:.-]+(\/[\w:.-]+)*)?$/, wants: 'a path below devices.cabinet.folder, or nothing' };
const led = (what: string) =>
  text({ default: '', pattern: /^[\w:.-]*$/, wants: 'a name in the folder leds, or nothing', help: what });

const liveChecks = ['bankPin', 'oneTimeCode', 'staff', 'face'] as const;

/** Every setting of the daemon. `npx kiosk config` prints it with the values in force and where each comes from. */
export const schema = section({
  profile: choice(['bench', 'production'], {
    default: 'bench',
    help: 'production refuses simulated hardware, bench keys and open listeners',
  }),
  terminal: section({
    id: text({
      default: 'KIOSK001',
      pattern: /^[0-9A-Z]{8}$/,
      wants: '8 capital letters or digits',
      help: 'terminal number the bank core knows (DE41)',
    }),
    bankName: text({ default: '示范银行', help: 'name in the corner of every screen and on receipts' }),
    branchName: text({ default: '示范支行营业厅', help: 'where this kiosk stands, on receipts' }),
    hotline: text({ default: '12333', help: 'telephone number shown whenever a person is needed' }),
    defaultLanguage: choice(['zh-Hans', 'zh-Hant', 'en'], {
      default: 'zh-Hans',
      help: 'language of the attract screen',
    }),
  }),
  server: section({
    address: text({
      default: '127.0.0.1',
      pattern: loopback,
      wants: 'an address of this machine alone, such as 127.0.0.1 (server.remote is for others)',
      help: 'address of the screen and of standard clients on this machine',
    }),
    port: integer({ default: 5846, min: 0, max: 65535, help: 'the XFS4IoT port; 0 lets the system choose' }),
    allowedHosts: list({
      default: ['127.0.0.1', 'localhost'],
      help: 'names a browser may use for this kiosk (DNS rebinding)',
    }),
    deviceClients: choice(['none', 'token', 'off'], {
      default: 'none',
      help: 'how a standard XFS4IoT client on this machine proves who it is; none only in the bench profile',
    }),
    deviceClientToken: text({ default: '', help: 'the token of server.deviceClients = token; at least 32 characters' }),
    unsolicitedAsEvent: flag({
      default: false,
      help: "send unsolicited events with type event, as KAL's clients from 3.3 want",
    }),
    frameAncestors: list({ default: [], help: 'origins that may show the kiosk in a frame: the bench page' }),
    remote: section({
      address: text({
        default: '',
        help: 'where standard clients of other machines may connect, over TLS; empty: nowhere',
      }),
      port: integer({ default: 5847, min: 0, max: 65535, help: 'its port; 0 lets the system choose' }),
      allowedHosts: list({ default: [], help: 'names and addresses by which they call this kiosk' }),
      certificate: text({ default: '', help: "file with this kiosk's certificate and its chain, PEM" }),
      key: text({ default: '', help: 'file with its private key, PEM' }),
      clientAuthority: text({ default: '', help: 'file with the authority whose client certificates are let in, PEM' }),
    }),
    uiFolder: text({ default: 'dist/ui', help: 'folder of the built touchscreen UI' }),
  }),
  storage: section({
    dataFolder: text({ default: 'data', help: 'journal and everything else a running kiosk keeps' }),
    keyFolder: text({ default: 'keys', help: 'machine keys, 0600, outside the data folder' }),
    journalMaxMegabytes: integer({
      default: 2048,
      min: 16,
      max: 1_000_000,
      unit: 'MB',
      help: 'beyond it exported segments drop; if none may, no new act begins',
    }),
  }),
  devices: section({
    cardReader: section({
      driver: choice(['pcsc', 'vpcd', 'crt591', 'xfs4iot', 'none'], {
        default: 'pcsc',
        help: "pcsc: through pcscd; vpcd: the virtual reader without pcscd; crt591: motorised; xfs4iot: another provider's",
      }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'crt591: where the unit is connected' }),
      dialect: choice(['a', 'b'], {
        default: 'a',
        help: 'crt591: a: frames with BCC; b: with CRC (CRT-591-H, Sankyo ICT3K5), recognised and refused',
      }),
      profile: choice(['standard', 'r02'], { default: 'standard', help: 'crt591: revision of the unit' }),
      address: text({
        default: '0',
        pattern: /^(probe|\d|1[0-5])$/,
        wants: '0 to 15, or probe',
        help: 'crt591: DIP switches of the unit; probe tries all',
      }),
      reader: text({ default: '', help: 'part of the PC/SC reader name; empty takes the first' }),
      socket: text({ default: '', help: "PCSCLITE_CSOCK_NAME of a private pcscd; empty for the system's" }),
      vpcdPort: integer({ default: 35963, min: 0, max: 65535, help: 'port on which the vpcd transport listens' }),
      serialNumber: text({ default: '', help: 'pinned in production: another reader is refused' }),
      provider: section(provider),
    }),
    cardDispenser: section({
      driver: choice(['crt591', 'k720', 'xfs4iot', 'none'], {
        default: 'none',
        help: "crt591: the other face of such a reader when that has the same port; k720: without contacts; xfs4iot: another provider's",
      }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the unit is connected' }),
      dialect: choice(['a', 'b'], {
        default: 'a',
        help: 'crt591: a: frames with BCC; b: with CRC (CRT-591-H, Sankyo ICT3K5), recognised and refused',
      }),
      profile: choice(['standard', 'r02'], { default: 'standard', help: 'crt591: revision of the unit' }),
      address: text({
        default: '0',
        pattern: /^(probe|\d|1[0-5])$/,
        wants: '0 to 15, or probe',
        help: 'DIP switches of the unit; probe tries all',
      }),
      fullBit: choice(['hopperFull', 'binFull'], {
        default: 'hopperFull',
        help: 'k720: what bit 8 of the third status character says; sources disagree',
      }),
      hopperCards: integer({ default: 200, min: 1, max: 10_000, help: 'cards that the hopper holds' }),
      binCards: integer({ default: 50, min: 1, max: 10_000, help: 'cards that the bin holds' }),
      serialNumber: text({ default: '', help: 'pinned in production: another unit is refused; a k720 has none' }),
      provider: section(provider),
    }),
    pinPad: section({
      driver: choice(['kmy350x', 'xfs4iot', 'none'], {
        default: 'kmy350x',
        help: "PIN pad protocol; xfs4iot: another provider's",
      }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the pad is connected' }),
      masterKeyIndex: integer({ default: 0, min: 0, max: 15, help: 'slot of the terminal master key' }),
      workingKeyIndex: integer({ default: 0, min: 0, max: 15, help: 'slot of the PIN working key below it' }),
      accountAt: choice(['start', 'fetch'], {
        default: 'start',
        help: 'when the pad joins PIN and account: with start a standard client calls PinPad.SetPinBlockData first',
      }),
      serialNumber: text({ default: '', help: 'pinned in production: another pad is refused' }),
      customerData: choice(['pan', 'panWithoutCheckDigit', 'twelveDigits'], {
        default: 'twelveDigits',
        help: 'what standard clients send as PinPad.GetPinBlock customerData',
      }),
      provider: section({
        ...provider,
        masterKey: text({ default: 'MasterKey', help: "xfs4iot: the provider's name of the terminal master key" }),
        pinKey: text({ default: 'PinKey', help: 'xfs4iot: name under which the PIN working key is imported there' }),
        clientPinKey: text({
          default: '',
          help: "xfs4iot: the same for our standard clients' key; empty: they have none",
        }),
        customerData: choice(['pan', 'panWithoutCheckDigit', 'twelveDigits'], {
          default: 'twelveDigits',
          help: 'xfs4iot: what the provider wants as PinPad.GetPinBlock customerData',
        }),
      }),
    }),
    identityReader: section({
      driver: choice(['sam-v', 'none'], { default: 'sam-v', help: 'reader of documents with a chip' }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the reader is connected' }),
      serialNumber: text({ default: '', help: 'SAM id as printed; pinned in production: another reader is refused' }),
    }),
    passportReader: section({
      driver: choice(['mrz', 'none'], { default: 'mrz', help: 'reader of machine-readable lines' }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the reader is connected' }),
      shape: choice(['auto', 'desko', '3m', 'plain'], {
        default: 'auto',
        help: 'how the reader wraps its lines; set it where it is known: then a frame whose beginning was lost is noise',
      }),
    }),
    codeScanner: section({
      driver: choice(['serial-scanner', 'none'], { default: 'serial-scanner', help: 'scanner of bar and QR codes' }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the scanner is connected' }),
      suffix: choice(['cr', 'crlf', 'lf', 'tab', 'none'], { default: 'cr', help: 'what it puts behind every code' }),
      trigger: choice(['none', 'honeywell'], {
        default: 'none',
        help: 'honeywell: lights up when told; none: reads whatever is held before it',
      }),
    }),
    cabinet: section({
      driver: choice(['sysfs', 'xfs4iot', 'none'], {
        default: 'none',
        help: "door, operator switch, mains and guide lights; xfs4iot: another provider's Auxiliaries and Lights",
      }),
      folder: text({ default: '/sys/class', help: "sysfs: the kernel's own folder" }),
      door: text({ default: '', ...below, help: 'reads 1 while the cabinet is open: gpio/gpio17/value' }),
      operatorSwitch: text({ default: '', ...below, help: 'reads 1 while the operator switch is at maintenance' }),
      mains: text({ default: '', ...below, help: 'reads 1 while there is mains power: power_supply/AC/online' }),
      battery: text({ default: '', ...below, help: 'charge of the UPS in percent: power_supply/BAT0/capacity' }),
      inverted: choices(['door', 'operatorSwitch'], { default: [], help: 'of these 0 and 1 are exchanged' }),
      lights: section({
        cardReader: led('LED at the card slot: kiosk:green:card'),
        documentReader: led('LED at the readers of documents'),
        pinPad: led('LED at the PIN pad'),
        receiptPrinter: led('LED where receipts come out'),
        cardDispenser: led('LED where new cards come out'),
        inService: led('LED that tells from afar that the kiosk is in service'),
      }),
      provider: section(provider),
    }),
    printer: section({
      driver: choice(['escpos', 'xfs4iot', 'none'], {
        default: 'escpos',
        help: "receipt printer protocol; xfs4iot: another provider's, with an ESC/POS printer behind it",
      }),
      port: text({ default: 'none', pattern: port, wants: portWants, help: 'where the printer is connected' }),
      dotsPerLine: integer({
        default: 576,
        min: 192,
        max: 1280,
        unit: 'dots',
        help: '576 for 80 mm heads, 384 for 58 mm',
      }),
      repertoire: choice(['gb2312', 'gbk'], {
        default: 'gbk',
        help: 'Chinese characters in the printer; the rest is drawn',
      }),
      provider: section(provider),
    }),
  }),
  hosts: section({
    cardManagement: text({ default: '', ...url, help: "the province's card management" }),
    bankCore: text({ default: '', ...url, help: 'the bank core' }),
    credentialsFolder: text({ default: '', help: 'folder with ca.pem, client.pem, client.key and the signing keys' }),
    deadlineSeconds: integer({ default: 15, min: 1, max: 120, unit: 's', help: 'after it a host has not answered' }),
    probeSeconds: integer({ default: 30, min: 1, max: 3600, unit: 's', help: 'how often an idle host link is tried' }),
  }),
  visit: section({
    inputSeconds: integer({
      default: 60,
      min: 10,
      max: 600,
      unit: 's',
      help: 'before the kiosk asks whether more time is needed',
    }),
    infoSeconds: integer({ default: 90, min: 10, max: 600, unit: 's', help: 'the same on pages to read' }),
    resultSeconds: integer({ default: 30, min: 10, max: 600, unit: 's', help: 'the same on result pages' }),
    pinSeconds: integer({ default: 60, min: 10, max: 600, unit: 's', help: 'the same while a PIN is entered' }),
    warningSeconds: integer({
      default: 30,
      min: 20,
      max: 120,
      unit: 's',
      help: 'how long the question stays (WCAG 2.2.1: at least 20 s)',
    }),
    takeCardSeconds: integer({
      default: 30,
      min: 10,
      max: 120,
      unit: 's',
      help: 'before the reminder to take the card gets louder',
    }),
    retainedCardDays: integer({
      default: 7,
      min: 3,
      max: 15,
      unit: 'working days',
      help: 'how long the branch keeps a card that was not taken; on the claim slip',
    }),
    elderFactor: decimal({ default: 3, min: 1, max: 10, help: 'elder mode multiplies all of them' }),
    evidenceSeconds: integer({ default: 180, min: 30, max: 900, unit: 's', help: 'how long evidence stays good' }),
    heartbeatSeconds: integer({
      default: 10,
      min: 2,
      max: 60,
      unit: 's',
      help: 'a page silent for so long has died; its visit ends',
    }),
  }),
  maintenance: section({
    cardSeconds: integer({
      default: 60,
      min: 10,
      max: 600,
      unit: 's',
      help: 'how long a sign-on waits for the staff card',
    }),
    idleSeconds: integer({
      default: 300,
      min: 30,
      max: 1800,
      unit: 's',
      help: 'nobody has touched a maintenance page for so long: signed off',
    }),
    restartBrowser: list({
      default: [],
      wants: 'a command as a list of words, or []',
      help: 'what staff may have done from the page: program and arguments that restart the browser',
    }),
    restartMachine: list({
      default: [],
      wants: 'a command as a list of words, or []',
      help: 'the same for the whole machine: ["systemctl", "reboot"]',
    }),
    stickFolder: text({
      default: '',
      help: 'where USB sticks are mounted, each a folder in it; empty: the journal leaves on none',
    }),
  }),
  dayEnd: section({
    cutOver: text({
      default: '',
      pattern: /^(([01]\d|2[0-3]):[0-5]\d)?$/,
      wants: 'a time of day such as 18:00, or nothing',
      help: 'from when on the business day is due to be closed, China time; the kiosk goes on serving. Empty: never due',
    }),
  }),
  display: section({
    pixelsPerMillimetre: decimal({
      default: 4.03,
      min: 1,
      max: 40,
      unit: 'px/mm',
      help: '1080 px over 268 mm: a 21.5-inch portrait panel',
    }),
    volume: integer({
      default: 1000,
      min: 1,
      max: 1000,
      help: 'loudness of the sounds, 1000 is the loudest; until a standard client sets another one',
    }),
  }),
  rules: section({
    serviceHours: text({
      default: '00:00-24:00',
      pattern: /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
      wants: 'hh:mm-hh:mm',
      help: 'when staff can be reached: formal loss reports, unfreezing and PIN resets are for these hours, China time',
    }),
    serviceDays: text({
      default: '1-7',
      pattern: /^[1-7](-[1-7])?(,[1-7](-[1-7])?)*$/,
      wants: 'weekdays such as 1-5 or 1,3,6 (1 is Monday)',
      help: 'and for these days',
    }),
    checksForLoss: choices(liveChecks, {
      default: ['bankPin', 'oneTimeCode', 'staff'],
      help: 'how a person may prove to be the holder for a loss report, best first',
    }),
    checksForUnfreezing: choices(liveChecks, {
      default: ['bankPin', 'oneTimeCode', 'staff'],
      help: 'the same for unfreezing',
    }),
    checksForActivation: choices(liveChecks, {
      default: ['oneTimeCode', 'staff'],
      help: 'the same for activation, PIN reset and unlocking',
    }),
    faceProvider: text({
      default: '',
      pattern: /^(https:\/\/\S+|http:\/\/127\.0\.0\.1(:\d{1,5})?(\/\S*)?)?$/,
      wants: 'an https:// address, or http://127.0.0.1…, or nothing',
      help: 'who checks faces with a camera of its own; empty: nobody. Offered where the checks name face beside others',
    }),
    temporaryDaysSocial: integer({
      default: 7,
      min: 1,
      max: 30,
      unit: 'days',
      help: 'how long a temporary report holds on the social side (Jiangsu: 7); the host tells the date',
    }),
    temporaryDaysFinancial: integer({
      default: 15,
      min: 1,
      max: 60,
      unit: 'days',
      help: "the same on the bank's side",
    }),
    unfreezeFormalNeedsStaff: flag({
      default: false,
      help: 'a formal loss report is lifted only with staff approval',
    }),
    staffSeconds: integer({
      default: 120,
      min: 10,
      max: 600,
      unit: 's',
      help: 'how long the branch has to approve before the person is told that nobody answered',
    }),
    actsPerCardPerDay: integer({
      default: 6,
      min: 1,
      max: 100,
      help: 'after so many acts on one card in a day a person has to look',
    }),
  }),
  cardPin: section({
    change: flag({
      default: false,
      help: "the card's own PIN (社保卡密码) may be changed here: its digits leave the pad in the clear, for the chip alone",
    }),
    digits: integer({ default: 6, min: 4, max: 16, help: 'how many it has' }),
    changeHeader: text({
      default: '805E0100',
      pattern: /^[0-9A-F]{8}$/,
      wants: '8 hex digits',
      help: "CLA INS P1 P2 of the chip's CHANGE PIN",
    }),
    initialPins: list({
      default: ['123456', '888888', '000000', '111111'],
      help: 'PINs that cards are issued with; none of them is taken as a new one',
    }),
  }),
  emv: section({
    terminalType: choice(['14', '15', '16', '22', '24', '25', '26'], {
      default: '14',
      help: '9F35; unattended, run by a bank: 14 to 16',
    }),
    terminalCapabilities: text({ default: 'E0E1C8', pattern: /^[0-9A-F]{6}$/, wants: '6 hex digits', help: '9F33' }),
    ourBankCodes: list({ default: ['icbc'], help: 'whose cards have their account here (codes of the BIN table)' }),
  }),
});

export type Config = Infer<typeof schema>;
