/** What each report of a device is and what a person does about it, for README.md of its driver and the device page. */

export type Words = readonly [chinese: string, english: string];

export interface Advice {
  readonly is: Words;
  /** Absent where there is nothing to do. Commands and settings stand between backticks. */
  readonly todo?: Words;
}

/** By report: `absent`, `failed portBusy`. */
export type AdviceByReport = Readonly<Record<string, Advice>>;

const unplugged: Advice = {
  is: ['没有这个端口，或已拔出', 'no such port, or unplugged'],
  todo: ['检查连接线和电源', 'check cable and power'],
};
const portDenied: Advice = {
  is: ['没有权限', 'no permission'],
  todo: ['把守护进程的用户加入 `dialout` 组', "put the daemon's user into `dialout`"],
};
const portBusy = (rival: Words): Advice => ({
  is: ['端口被别的程序占用', 'another program holds the port'],
  todo: [`停用 ModemManager、brltty、${rival[0]}`, `stop ModemManager, brltty, ${rival[1]}`],
});
const secondDaemon: Words = ['另一个守护进程', 'a second daemon'];

/** A serial device that is asked and answers. */
const asked = {
  absent: unplugged,
  'failed portDenied': portDenied,
  'starting resetting': { is: ['工作中途没有回答', 'it fell silent in the middle of something'] },
  'starting reopening': { is: ['复位后仍不回答，或拔出后又插回', 'silent after the reset, or pulled and back'] },
  'failed garbled': {
    is: ['收到的全是杂讯', 'only noise comes'],
    todo: ['检查波特率、校验位、接地', 'baud rate, parity, ground'],
  },
} as const satisfies AdviceByReport;

/** A serial device that only talks. */
const talking: AdviceByReport = {
  absent: unplugged,
  'failed portBusy': portBusy(secondDaemon),
  'failed portDenied': portDenied,
  'starting reopening': { is: ['曾被拔出，也许已插回', 'pulled and perhaps back'] },
};
const babbling: Words = ['检查波特率、接地，端口上是否接了别的设备', 'baud rate, ground, another device on the port'];
const nothingHeard: Words = ['端口已打开，但还不知道接的是什么', 'the port is open; nobody knows what hangs on it'];

export const advice = {
  pcsc: {
    'absent libraryMissing': {
      is: [
        'npm pcsclite 没有编译：安装时缺少 libpcsclite-dev',
        'npm pcsclite was not built: no libpcsclite-dev when it was installed',
      ],
      todo: ['装上它，再运行 `npm ci`', 'install it, then `npm ci`'],
    },
    'absent serviceDown': {
      is: ['pcscd 没有运行，或已退出', 'pcscd does not run, or died'],
      todo: ['`systemctl status pcscd`', '`systemctl status pcscd`'],
    },
    'absent readerMissing': {
      is: ['pcscd 在运行，但没有这个名称的读卡器', 'pcscd runs, no reader has the name'],
      todo: ['插上读卡器；核对名称与配置', 'plug it in; compare name and setting'],
    },
    'failed readerRefused': {
      is: ['生产环境中的虚拟读卡器，或序列号不符', 'a virtual reader in production, or another serial number'],
      todo: ['查明谁换了读卡器，为什么', 'find out who changed the reader, and why'],
    },
    'failed transportFailed': {
      is: ['辅助进程无法启动，或被终止', 'the helper process cannot be started, or was killed'],
      todo: ['检查安装是否完整', 'is the installation whole?'],
    },
    'degraded readerNotAnswering': {
      is: ['一次调用超时，或连续三次超时', 'a call passed its deadline, or three in a row did'],
      todo: ['换一张卡；换一台读卡器', 'another card; another reader'],
    },
    'degraded readerBusy': {
      is: ['卡被别的程序占用', 'another program holds the card'],
      todo: ['停掉那个程序', 'stop that program'],
    },
    'absent stopped': { is: ['守护进程正在退出', 'the daemon is ending'] },
  },
  kmy350x: {
    ...asked,
    'failed portBusy': portBusy(secondDaemon),
    'failed silent': {
      is: ['连续三次启动都没有回答', 'nothing comes, three starts in a row'],
      todo: ['检查电源、连接线、波特率', 'power, cable, baud rate'],
    },
    'failed outOfStep': {
      is: ['回答与问题对不上', 'answers that fit no question'],
      todo: ['确认是不是 KMY350x', 'is it a KMY350x?'],
    },
    'failed refused': {
      is: ['加密方式被拒绝', 'ciphers refused'],
      todo: ['检查 `cipherParameter`', 'check `cipherParameter`'],
    },
    'failed otherDevice': {
      is: ['序列号与配置不符', 'another serial number than the configured one'],
      todo: ['查明谁换了密码键盘，为什么', 'find out who changed the pad, and why'],
    },
    'failed selfTest': {
      is: [
        'F0 至 F3、F7：处理器、存储器、按键卡住、串口电平、其他',
        'F0 to F3, F7: CPU, memory, a stuck key, serial level, other',
      ],
      todo: ['松开卡住的键；否则报修', 'free the key; else service'],
    },
    'degraded needsKeys': {
      is: [
        '没有有效的主密钥（A4、B5、F6）：电池耗尽，或被拆动过',
        'no valid master key (A4, B5, F6): the battery was empty, or tampered',
      ],
      todo: ['用密钥注入器，双人在场', 'key loader, dual control'],
    },
    'degraded needsSignOn': { is: ['没有工作密钥', 'no working key'], todo: ['检查银行链路', 'check the bank link'] },
    'degraded batteryLow': {
      is: ['C4、D5、F5：电池电量低', 'C4, D5, F5: the battery is low'],
      todo: ['在密钥丢失前更换电池', 'change the battery before the key is gone'],
    },
  },
  crt591: {
    absent: unplugged,
    'failed portDenied': portDenied,
    'starting reopening': asked['starting reopening'],
    'failed garbled': asked['failed garbled'],
    'failed portBusy': portBusy(secondDaemon),
    'failed silent': {
      is: ['各种波特率下都没有回答', 'nothing comes, at any rate'],
      todo: ['检查 24 V 电源、连接线、拨码地址', '24 V supply, cable, address switches'],
    },
    'failed refused': {
      is: ['传感器状态被拒绝', 'it does not tell its sensors'],
      todo: ['检查型号与 `profile`', 'compare model and `profile`'],
    },
    'failed otherDevice': {
      is: ['序列号与配置不符', 'another serial number than the configured one'],
      todo: ['查明谁换了卡机，为什么', 'find out who changed the unit, and why'],
    },
    'failed jammed': {
      is: ['卡被卡住，或两张粘在一起', 'a card jams, or two stick together'],
      todo: ['收卡；不行则打开机芯取出，并清点', 'capture it; else open the unit, take it out, count'],
    },
    'failed mechanicalFault': {
      is: ['传感器、电机或触点电磁铁故障', 'sensor, motor or contact magnet'],
      todo: ['关机再开机；仍不行则报修', 'switch off and on; then service'],
    },
    'degraded hopperEmpty': {
      is: ['卡箱已空', 'the hopper is empty'],
      todo: ['装卡并登记', 'load cards and book them'],
    },
    'degraded hopperLow': { is: ['卡将用完', 'the hopper is nearly empty'], todo: ['尽快装卡', 'load cards soon'] },
    'degraded binFull': {
      is: ['回收箱已满', 'the bin is full'],
      todo: ['清空、清点、计数清零', 'empty it, count, set the counter to zero'],
    },
  },
  escpos: {
    absent: unplugged,
    'failed portBusy': portBusy(secondDaemon),
    'failed portDenied': portDenied,
    'degraded silent': { is: ['没有回答', 'did not answer'] },
    'failed silent': {
      is: ['打开三次仍不回答', 'still silent after 3 openings'],
      todo: ['检查电源、波特率、交叉线', 'power, baud rate, crossed cable'],
    },
    'degraded paperLow': {
      is: ['纸将尽', 'the roll is nearly used up (near-end sensor)'],
      todo: ['尽快换纸', 'load paper soon'],
    },
    'failed paperOut': { is: ['纸已用完', 'roll used up'], todo: ['换纸', 'load paper'] },
    'failed coverOpen': { is: ['上盖或打印头打开', 'cover or head open'], todo: ['合上', 'close it'] },
    'failed cutterError': {
      is: ['切刀卡住', 'knife jammed'],
      todo: ['取出碎纸，再复位', 'remove the paper scrap, then reset'],
    },
    'failed overheated': {
      is: ['打印头过热', 'head too hot'],
      todo: ['不用处理，或看看风扇是否被挡住', 'nothing, or look for a blocked fan'],
    },
    'failed mechanicalError': {
      is: ['机械故障：字车、传感器', 'mechanical fault: carriage, sensor'],
      todo: ['关机再开机；仍不行则报修', 'switch off and on; then service'],
    },
    'failed unrecoverableError': {
      is: ['无法恢复的故障：存储器、供电', 'fault of its own: memory, supply'],
      todo: ['关机再开机；仍不行则报修', 'switch off and on; then service'],
    },
    'failed offline': {
      is: ['脱机，原因不明', 'offline without a cause'],
      todo: ['看看走纸键、打印机自己的菜单', "feed button? printer's own menu?"],
    },
  },
  'sam-v': {
    ...asked,
    'failed portBusy': portBusy(['厂商的服务程序', "the maker's service"]),
    'failed silent': {
      is: ['连续三次启动都没有回答', 'nothing comes, three starts in a row'],
      todo: ['检查电源、连接线、波特率，串口与 USB 是否都接了', 'power, cable, baud rate, UART and USB both in'],
    },
    'failed outOfStep': {
      is: ['收到的数据与问题对不上', 'frames that answer no question'],
      todo: ['确认是不是 SAM_V 阅读器', 'is it a SAM_V reader?'],
    },
    'failed refused': { is: ['复位或自检被拒绝', 'reset or self-test refused'], todo: ['报修', 'service'] },
    'failed otherDevice': {
      is: ['SAM 编号与配置不符', 'another SAM id than the configured one'],
      todo: ['查明谁换了阅读器，为什么', 'find out who changed the reader, and why'],
    },
    'failed selfTest': {
      is: ['SW3 60：模块自检未通过，不接受命令', 'SW3 60: the module failed its self-test, takes no command'],
      todo: ['断电再通电；仍不行则报修', 'off and on; else service'],
    },
    'failed notAuthorised': {
      is: ['SW3 66：模块未获授权', 'SW3 66: the module is not authorised'],
      todo: ['报修', 'service'],
    },
  },
  mrz: {
    ...talking,
    'ready nothingHeard': {
      is: nothingHeard,
      todo: ['安装后刷一次样本证件', 'after set-up: swipe a specimen'],
    },
    'degraded babbling': {
      is: ['不停顿的数据超过十次刷读', 'more bytes without a pause than ten swipes'],
      todo: babbling,
    },
  },
  'serial-scanner': {
    ...talking,
    'ready nothingHeard': { is: nothingHeard, todo: ['安装后扫一次码', 'after set-up: scan something'] },
    'degraded noSuffix': {
      is: ['扫到的码没有所配置的结束符', 'a code came without the configured suffix'],
      todo: ['`suffix` 与扫码器的设置不一致', "`suffix` is not the scanner's"],
    },
    'degraded babbling': {
      is: ['不停顿的数据超过四个码', 'more bytes without a pause than four codes'],
      todo: babbling,
    },
  },
} as const satisfies Readonly<Record<string, AdviceByReport>>;

/** Of a host link, by its state. */
export const hostAdvice: AdviceByReport = {
  down: {
    is: ['没有回答，或回答不可信', 'no answer, or one that cannot be trusted'],
    todo: ['运行 `npx kiosk doctor`；仍不通则联系对方运维', "`npx kiosk doctor`; then call the host's operators"],
  },
};

/** Of a device by its driver and report; undefined where there is nothing to say. */
export function adviceOf(driver: string, report: string): Advice | undefined {
  const byReport: AdviceByReport | undefined = Object.entries(advice).find(([name]) => name === driver)?.[1];
  return byReport?.[report];
}
