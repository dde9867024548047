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
  sysfs: {
    absent: {
      is: ['配置的文件一个也没有', 'none of the configured files is there'],
      todo: [
        '检查接口板和它的驱动程序；核对 `devices.cabinet`',
        'check the board and its kernel driver; compare `devices.cabinet`',
      ],
    },
    'failed stuck': {
      is: ['内核的一个文件没有回答', 'a file of the kernel does not answer'],
      todo: ['重启机器；再次出现则换接口板', 'restart the machine; if it comes again, another board'],
    },
    'failed denied': {
      is: ['没有权限读写', 'no permission to read or write'],
      todo: ['用 udev 规则把文件交给守护进程的用户', "give the files to the daemon's user by a udev rule"],
    },
    'degraded inputMissing': {
      is: ['门、开关或电源的一个文件不在', 'a file of door, switch or supply is missing'],
      todo: ['导出 GPIO；核对 `devices.cabinet`', 'export the line; compare `devices.cabinet`'],
    },
    'degraded garbled': {
      is: ['读到的不是 0 或 1', 'it reads neither 0 nor 1'],
      todo: ['核对 `devices.cabinet`：是别的文件', 'compare `devices.cabinet`: it names another file'],
    },
    'degraded lightFailed': {
      is: ['一个指示灯无法点亮', 'a guide light cannot be lit'],
      todo: ['检查灯板；核对 `devices.cabinet.lights`', 'check the lights; compare `devices.cabinet.lights`'],
    },
    'degraded batteryLow': {
      is: ['停电，电池快用完', 'no mains, and the battery is nearly empty'],
      todo: ['恢复供电，否则机器会关掉', 'bring the mains back, or the machine goes dark'],
    },
    'degraded onBattery': {
      is: ['停电，由电池供电', 'no mains: it runs from the battery'],
      todo: ['恢复供电', 'bring the mains back'],
    },
  },
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
      is: ['读卡器或 pcscd 没有按时回答', 'reader or pcscd did not answer in time'],
      todo: ['换一张卡；重启 pcscd；换一台读卡器', 'another card; restart pcscd; another reader'],
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
    'failed unsupported': {
      is: ['卡机在线，但其协议 B 的命令未知', 'the unit is there, and its commands of dialect B are not known'],
      todo: ['换用协议 A 的卡机', 'fit a unit of dialect A'],
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
  k720: {
    absent: unplugged,
    'failed portDenied': portDenied,
    'starting reopening': asked['starting reopening'],
    'failed garbled': asked['failed garbled'],
    'failed portBusy': portBusy(secondDaemon),
    'failed silent': {
      is: ['没有回答', 'nothing comes'],
      todo: ['检查 24 V 电源、连接线、波特率、地址', '24 V supply, cable, baud rate, address'],
    },
    'failed notUnderstood': {
      is: ['状态字符不在任何资料中', 'status characters of no list'],
      todo: ['核对型号；把录下的通信交给开发者', 'compare the model; send a recording to the makers'],
    },
    'failed needsReset': {
      is: ['断过电，或需要复位才能工作', 'it lost its power, or works only after a reset'],
      todo: ['收卡；不行则关机再开机', 'capture what is in it; else switch off and on'],
    },
    'failed jammed': {
      is: ['卡被卡住，或两张粘在一起', 'a card jams, or two stick together'],
      todo: ['收卡；不行则打开机芯取出，并清点', 'capture it; else open the unit, take it out, count'],
    },
    'failed mechanicalFault': {
      is: ['发卡或收卡失败', 'a card could not be issued or collected'],
      todo: ['看看出卡口是否被挡住；关机再开机；仍不行则报修', 'is the mouth blocked? switch off and on; then service'],
    },
    'degraded prepareFailed': {
      is: ['下一张卡没有到达预发位置', 'no fresh card came to sensor 3'],
      todo: ['整理卡箱里的卡，再装上', 'straighten the cards in the hopper, load them again'],
    },
    'degraded hopperEmpty': {
      is: ['卡箱已空', 'the hopper is empty'],
      todo: ['装卡并登记', 'load cards and book them'],
    },
    'degraded hopperLow': { is: ['卡将用完', 'the hopper is nearly empty'], todo: ['尽快装卡', 'load cards soon'] },
    'degraded binFull': { is: ['回收箱已满', 'the bin is full'], todo: ['清空并清点', 'empty it, count'] },
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
      is: ['不停地发数据', 'it sends without a pause, more than it ever has to say'],
      todo: babbling,
    },
  },
  'serial-scanner': {
    ...talking,
    'ready nothingHeard': { is: nothingHeard, todo: ['安装后扫一次码', 'after set-up: scan something'] },
    'degraded garbled': asked['failed garbled'],
    'degraded noSuffix': {
      is: ['扫到的码没有所配置的结束符', 'a code came without the configured suffix'],
      todo: ['`suffix` 与扫码器的设置不一致', "`suffix` is not the scanner's"],
    },
    'degraded babbling': {
      is: ['不停地发数据', 'it sends without a pause, more than it ever has to say'],
      todo: babbling,
    },
  },
  xfs4iot: {
    absent: {
      is: ['守护进程正在停止', 'the daemon is ending'],
    },
    'absent unreachable': {
      is: ['该地址没有发布者在监听', 'no publisher listens there'],
      todo: ['启动对方的服务；核对 `provider.url`', "start the provider's services; check `provider.url`"],
    },
    'absent lost': {
      is: ['连接曾经正常，刚刚中断', 'the connection was there and ended'],
    },
    'absent serviceMissing': {
      is: ['发布者没有列出这个服务', 'the publisher does not list the service'],
      todo: ['核对 `provider.service` 与对方的配置', "compare `provider.service` with the provider's own list"],
    },
    'absent deviceAbsent': {
      is: ['对方说它没有这台设备', 'the provider says that it has no device'],
      todo: ['检查对方机器上的连接线和电源', "check cable and power at the provider's end"],
    },
    'failed refused': {
      is: ['那里有服务器，但不让我们进去', 'a server is there and does not let us in'],
      todo: ['核对 `provider.url` 与 `provider.token`', 'check `provider.url` and `provider.token`'],
    },
    'failed certificate': {
      is: ['对方的证书不被信任，或我方的证书不被接受', 'its certificate is not trusted, or ours not accepted'],
      todo: [
        '核对 `provider.authority`、`provider.certificate`、有效期和时钟',
        'check `provider.authority`, `provider.certificate`, dates and the clock',
      ],
    },
    'failed unsuitable': {
      is: [
        '服务缺少设备所需的接口、命令或版本',
        'the service lacks an interface, command or version that the device needs',
      ],
      todo: ['向对方厂商确认版本：需要 2023-2 或更新', "ask the provider's maker: 2023-2 or later is needed"],
    },
    'failed otherDevice': {
      is: ['序列号与配置不符', 'another serial number than the configured one'],
      todo: ['查明谁换了设备，为什么', 'find out who changed the device, and why'],
    },
    'failed silent': {
      is: ['连接还在，但不回答', 'it is connected and does not answer'],
      todo: ['重启对方的服务', "restart the provider's services"],
    },
    'failed garbled': {
      is: ['回答不符合标准的目录', 'answers that are not in the catalogue of the standard'],
      todo: ['联系对方厂商', "call the provider's maker"],
    },
    'failed outOfStep': {
      is: ['回答的不是所问的', 'it answers what was not asked'],
      todo: ['联系对方厂商', "call the provider's maker"],
    },
    'failed tooLong': {
      is: ['一条消息超过 2 MiB', 'a message of more than 2 MiB'],
      todo: ['联系对方厂商', "call the provider's maker"],
    },
    'failed oldEdition': {
      is: ['对方使用 2021-1 版', 'it speaks edition 2021-1'],
      todo: ['把对方升级到 2023-2 或更新', 'update the provider to 2023-2 or later'],
    },
    'failed pinRevealed': {
      is: ['对方在输入密码时说出了按下的数字', 'it told which digit was pressed in a PIN entry'],
      todo: [
        '停止使用这台密码键盘，通知银行；之后重启守护进程',
        'take this PIN pad out of use, tell the bank; then restart the daemon',
      ],
    },
    'failed deviceOffline': {
      is: ['对方说设备离线或断电', 'the provider says that the device is offline or without power'],
      todo: ['检查对方机器上的连接线和电源', "check cable and power at the provider's end"],
    },
    'failed deviceFailed': {
      is: ['对方报告硬件故障', 'the provider reports a fault of the device'],
      todo: ['查看对方的日志', "look into the provider's own log"],
    },
    'failed userNeeded': {
      is: ['需要人处理：例如盖子没有关好', 'somebody has to act: a cover is open'],
      todo: ['查看设备', 'look at the device'],
    },
    'failed fraudSuspected': {
      is: ['对方怀疑设备被动过手脚', 'the provider suspects that somebody tampered with the device'],
      todo: ['停用设备，通知银行', 'take the device out of use, tell the bank'],
    },
    'failed paperOut': { is: ['没有纸', 'no paper'], todo: ['装纸', 'load paper'] },
    'failed jammed': { is: ['卡住了卡或纸', 'a card or paper is jammed'], todo: ['清除卡住的东西', 'clear the jam'] },
    'degraded hopperEmpty': {
      is: ['发卡机的卡箱已空', "the dispenser's hopper is empty"],
      todo: ['在对方那里装卡并登记', "load cards at the provider's end and book them"],
    },
    'degraded hopperLow': {
      is: ['发卡机的卡将用完', "the dispenser's hopper is nearly empty"],
      todo: ['尽快装卡', 'load cards soon'],
    },
    'degraded binFull': {
      is: ['发卡机的回收箱已满', "the dispenser's bin is full"],
      todo: ['在对方那里清空并清点', "empty it at the provider's end, count"],
    },
    'degraded paperLow': { is: ['纸快用完', 'paper runs low'], todo: ['准备换纸', 'have a roll ready'] },
    'degraded needsKeys': {
      is: ['密码键盘没有主密钥', 'the pad has no master key'],
      todo: ['在对方那里装入密钥，双人操作', "load it at the provider's end, dual control"],
    },
    'degraded needsSignOn': {
      is: ['没有工作密钥', 'no working key'],
      todo: ['检查到银行的连接', 'check the bank link'],
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
