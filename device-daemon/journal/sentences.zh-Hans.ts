import {
  cardOutcomeWords,
  closedWords,
  damageWords,
  endWords,
  findingWords,
  restartWords,
  roleWords,
  seenWords,
  storyWords,
  taskWords,
  testWords,
  visitEndWords,
} from '#assets/maintenance/index.ts';
import { RECEIPT_TEXTS } from '#assets/receipts/index.ts';
import {
  act,
  because,
  copyTo,
  counted,
  device,
  found,
  points,
  reason,
  side,
  state,
  unit,
  warnings,
  word,
} from './codes.zh-Hans.ts';
import { type EventFields, type EventId, short } from './events.ts';

/** What is to be done about an event, and the sentence that tells it; of every event there is. */
type Told<Id extends EventId> = readonly [todo: string, sentence: (fields: EventFields<Id>) => string];

const takenBack: Readonly<Record<string, string>> = {
  taken: '证件已取回。',
  leftBehind: '证件留在阅读器上，没有取回。',
  notSensed: '证件是否取回，这台阅读器感应不到。',
};

const ending = (last4: string | undefined): string => (last4 === undefined ? '卡' : `末四位 ${last4} 的卡`);

const form = (name: string): string => {
  const texts: Readonly<Record<string, string>> = RECEIPT_TEXTS['zh-Hans'];
  return texts[`${name}.title`] ?? `凭条“${name}”`;
};

/** The journal for staff who read Chinese; its events, their levels and their English are in events.ts. */
export const chinese: { readonly [Id in EventId]: Told<Id> } = {
  'daemon.started': ['', (f) => `终端软件 ${f.version} 已启动（${word(f.profile, storyWords.profile)}配置）。`],
  'daemon.stopped': ['', (f) => `终端软件已停止（${reason(f.why)}）。`],
  'daemon.uncleanStop': ['查看此前不久是否断电或崩溃。', () => '这次启动之前，终端软件曾意外中断。'],
  'journal.verified': ['', (f) => `日志已核对：从第 ${f.fromSeq} 条起共 ${f.entries} 条，完整。`],
  'journal.damaged': [
    '保持机器原样，通知安全部门。',
    (f) => `日志被损坏：${word(f.what, damageWords)}，第 ${f.seq} 条。`,
  ],
  'journal.gap': ['检查磁盘：是否已满，是否有故障。', (f) => `自 ${f.since} 起日志写不进去，缺 ${f.lost} 条。`],
  'journal.dropped': ['', (f) => `已导出的日志已清理，到第 ${f.uptoSeq} 条为止。`],
  'journal.headSent': ['', (f) => `日志签名（第 ${f.headSeq} 条）已发送到省卡管系统。`],
  'journal.exported': [
    '使用副本前，先用 npx kiosk journal verify 核对。',
    (f) => `日志已导出到${copyTo(f.to)}：到第 ${f.uptoSeq} 条，文件 ${f.file}。`,
  ],
  'journal.notExported': [
    'U 盘已满、不能写入或被拔出：换一个 U 盘。省卡管系统没有收下：检查网络。日志本身不完整：核对日志。',
    (f) => `日志没有导出到${copyTo(f.to)}：${reason(f.why)}。`,
  ],
  'device.state': [
    '查看设备页上的原因和处理。',
    (f) =>
      `${device(f.device)}的状态变为${state(f.state)}${because(f.why)}${f.recovery === undefined ? '' : `（恢复步骤：${state(f.recovery)}）`}。`,
  ],
  'device.motionByHand': [
    '结果见下一条；没有下一条时，查看卡在哪里。',
    (f) => `有人用命令行操作${device(f.device)}：${word(f.motion, storyWords.motion)}。`,
  ],
  'device.movedByHand': [
    '日终时说明：没有客户办理，卡片张数变了。',
    (f) =>
      `用命令行操作了${device(f.device)}：${word(f.motion, storyWords.motion)}，${word(f.outcome, storyWords.outcome)}${because(f.reason)}；卡：${word(f.path, storyWords.path)}。`,
  ],
  'stock.counted': [
    '',
    (f) =>
      `${unit(f.unit)}：${counted(f.why)}${f.before === undefined ? '' : `（原有 ${f.before} 张）`}，现有 ${f.count} 张${f.firstSerial === undefined ? '' : `，号段 ${f.firstSerial} 至 ${f.lastSerial}`}。`,
  ],
  'stock.uncertain': [
    '清点发卡箱和回收箱，查看通道，更正张数。',
    (f) =>
      `${unit(f.unit)}的一张卡去向不明，动作：${word(f.motion, storyWords.motion)}${f.reason === undefined ? '' : `，原因：${reason(f.reason)}`}；通道：${word(f.path, storyWords.path)}。`,
  ],
  'host.state': ['一直不通时，联系对方运维。', (f) => `与${device(f.host)}的连接：${state(f.state)}。`],
  'host.signedOn': ['', (f) => `已向${device(f.host)}签到，密码键盘装入了新的工作密钥。`],
  'host.signOnFailed': ['检查链路，核对主密钥的校验值。', (f) => `向${device(f.host)}签到失败：${reason(f.why)}。`],
  'ui.connected': ['', () => '触摸屏页面已连接。'],
  'ui.lost': ['屏幕一直黑着时，重启浏览器。', () => '触摸屏页面断开。'],
  'ui.health': ['把日志交给开发者。', (f) => `触摸屏页面报告${word(f.kind, storyWords.health)}：${f.detail}。`],
  'visit.began': ['', (f) => `开始办理（编号 ${f.case}，${word(f.language, storyWords.language)}）。`],
  'visit.ended': [
    '',
    (f) => `办理结束（${word(f.reason, visitEndWords)}），历时 ${f.seconds} 秒；${word(f.card, cardOutcomeWords)}。`,
  ],
  'visit.refused': ['', (f) => `不能开始办理：${reason(f.why)}。`],
  'visit.staffCalled': ['请到终端旁。', (f) => `客户在 ${f.screen} 页面呼叫工作人员（编号 ${f.case}）。`],
  'visit.stepRefused': ['反复出现时，页面与守护进程的版本不一致。', (f) => `${f.command} 被拒绝：${reason(f.why)}。`],
  'card.inserted': ['', (f) => `卡片插入（第 ${f.insertion} 次插卡）。`],
  'card.strange': ['', (f) => `没有人在办理，卡片插入（第 ${f.insertion} 次插卡）。`],
  'card.removed': ['', (f) => (f.expected ? '卡片已取走。' : '业务还没有办完，卡片被拔出。')],
  'card.notTaken': ['取出卡片，为持卡人保管。', (f) => `卡片 ${f.seconds} 秒没有取走。`],
  'card.retained': [
    '清空回收箱，按领卡编号保管；查验证件后交还持卡人，到期销毁。',
    (f) => `${ending(f.last4)}已收入回收箱（${reason(f.why)}），领卡编号 ${f.claim}。`,
  ],
  'card.stuck': [
    '到终端旁，打开读卡器，查看通道和回收箱，为持卡人保管卡片。',
    (f) => `卡退不出来，也不能确定已收入回收箱（${reason(f.why)}）。`,
  ],
  'card.found': [
    '去向见后面的吞卡或取卡记录。',
    (f) => `读卡器里发现${ending(f.last4)}（与中断的那次办理：${word(f.match, storyWords.match)}）。`,
  ],
  'card.read': [
    '',
    (f) =>
      `卡片已读：${word(f.class, storyWords.cardClass)}，${f.social ? '有' : '没有'}社保应用，${f.financial ? `有银行应用，末四位 ${f.last4 ?? '不明'}` : '没有银行应用'}。`,
  ],
  'document.read': [
    '',
    (f) =>
      `证件已读：${word(f.kind, storyWords.document)}（${word(f.grade, storyWords.grade)}）${f.warnings === 'none' ? '' : `，注意：${warnings(f.warnings)}`}。`,
  ],
  'document.notRead': [
    '每张证件都这样时，检查阅读器。',
    (f) => `没有读到证件：${reason(f.why)}${f.kind === 'unknown' ? '' : `（${word(f.kind, storyWords.document)}）`}。`,
  ],
  'document.takenBack': ['没有取回的，在阅读器上找。', (f) => takenBack[f.how] ?? `证件：${f.how}。`],
  'card.readFailed': ['', (f) => `卡不能用（${side(f.part)}）：${reason(f.why)}。`],
  'card.genuine': ['', (f) => `芯片验证为真（${device(f.by)}）。`],
  'card.holderCompared': [
    '无法比对：银行应用里没有身份证号。',
    (f) => `芯片两个应用的持卡人：${word(f.result, storyWords.holder)}。`,
  ],
  'card.warning': ['', (f) => `卡片数据有疑点：${word(f.what, storyWords.cardWarning)}。`],
  'card.classDisagreement': [
    '已请持卡人到柜台。',
    (f) =>
      `卡种有疑问（芯片：${word(f.chip, storyWords.cardClass)}，主机：${word(f.host, storyWords.cardClass)}，卡号：${word(f.bin, storyWords.cardClass)}）。`,
  ],
  'pin.entered': ['', () => '密码已在密码键盘上输入。'],
  'pin.notEntered': ['', (f) => `没有输入密码：${reason(f.why)}。`],
  'cardPin.checked': ['', (f) => `芯片核对社保卡密码：${word(f.result, storyWords.cardPin, storyWords.reasons)}。`],
  'cardPin.notTaken': ['', (f) => `社保卡新密码没有采用：${reason(f.why)}。`],
  'balance.asked': ['', (f) => `已向银行查询余额（流水号 ${f.stan}）。`],
  'balance.answered': ['', (f) => `${side(f.leg)}：${word(f.state, storyWords.balance)}${because(f.why)}。`],
  'balance.dormant': ['报告银行运营部门；客户没有被拒绝。', () => '银行核心系统把一个社保账户报为睡眠户。'],
  'cards.found': [
    '',
    (f) =>
      `查到 ${f.cards} 张卡（省卡管系统：${word(f.province, storyWords.answer)}，银行核心系统：${word(f.bank, storyWords.answer)}；办理对象：${word(f.forWhom, storyWords.forWhom)}）。`,
  ],
  'cards.notFound': ['', (f) => `没有查到卡：${reason(f.why)}。`],
  'cards.notTheHolder': ['反复出现时，可能有人在试别人的卡。', () => '出示的卡不是证件持有人的。'],
  'check.passed': ['', (f) => `${act(f.act)}：身份核验通过（${word(f.by, storyWords.check)}）。`],
  'check.failed': [
    '反复出现时，可能有人冒名办理。',
    (f) => `${act(f.act)}：身份核验没有通过（${word(f.by, storyWords.check)}）：${reason(f.why)}。`,
  ],
  'staff.approved': ['', (f) => `工作人员批准：${act(f.act)}（${word(f.by, storyWords.by)}）。`],
  'staff.refused': [
    '批准自己的业务、卡不真、银行不认识：查明是谁。密码不对：反复出现时也要查明。',
    (f) => `没有得到批准：${act(f.act)}（${word(f.by, storyWords.by)}）：${reason(f.why)}。`,
  ],
  'staff.signedOn': ['', (f) => `${word(f.role, roleWords)}签到进入维护${f.offline ? '（银行离线）' : ''}。`],
  'staff.countersigned': ['', (f) => `两位工作人员共同确认：${act(f.act)}。`],
  'keys.loaded': [
    '不一致：键盘里的主密钥与银行的不同，或没有装入；请银行人员重新装入。',
    (f) =>
      f.outcome === 'agreed'
        ? `密码键盘装入了主密钥，银行与键盘一致（校验值 ${f.checkValue}）。`
        : `密码键盘装入了主密钥，银行与键盘不一致${because(f.why)}。`,
  ],
  'staff.signedOff': ['', (f) => `维护结束（${word(f.why, endWords)}），历时 ${f.seconds} 秒。`],
  'device.tested': [
    '没有通过时，查看设备页上的原因和处理。',
    (f) =>
      `${device(f.device)}测试（${word(f.test, testWords)}）：${word(f.outcome, storyWords.test)}${because(f.why)}。`,
  ],
  'kiosk.restart': ['', (f) => `工作人员重新启动了${word(f.what, restartWords)}（${word(f.reason, closedWords)}）。`],
  'device.reopened': ['', (f) => `工作人员重新打开了${device(f.device)}的端口。`],
  'selfTest.done': [
    '',
    (f) =>
      `自检（${word(f.by, storyWords.by)}）：正常 ${f.well} 项，要看一看 ${f.look} 项，有问题 ${f.bad} 项${f.what === undefined ? '' : `：${found(f.what)}`}。`,
  ],
  'kiosk.closed': ['工作完成后，在维护页面上恢复服务。', (f) => `工作人员停用了终端：${word(f.reason, closedWords)}。`],
  'kiosk.opened': ['', () => '工作人员恢复了服务。'],
  'cabinet.opened': [
    '当时有工作人员在机器旁吗？没有的话，通知安全部门。',
    (f) => `机柜打开，${f.token === undefined ? '没有人签到' : '当时有工作人员签到'}。`,
  ],
  'cabinet.closed': ['', (f) => `机柜关上，开了 ${f.seconds} 秒。`],
  'cabinet.switched': ['', (f) => `维护开关转到“${word(f.to, storyWords.switch)}”。`],
  'mains.lost': ['查明原因，在电池用完前恢复供电。', () => '停电，终端由电池供电。'],
  'mains.back': ['', (f) => `供电恢复，停电 ${f.seconds} 秒。`],
  'vendorMode.entered': [
    '工作完成后转回维护开关，或由外部程序退出厂商模式。',
    (f) =>
      `进入厂商模式（${word(f.by, storyWords.by)}）${f.unanswered === 0 ? '' : `；${f.unanswered} 个已登记的程序没有回答`}。`,
  ],
  'vendorMode.exited': ['', () => '退出厂商模式。'],
  'staff.lockedOut': [
    '银行核心系统锁的卡，由银行重设密码。',
    (f) =>
      `工作人员卡被锁（${word(f.by, storyWords.by, { bankCore: device('bankCore') })}）${f.seconds === undefined ? '' : `，${f.seconds} 秒`}。`,
  ],
  'act.refused': ['', (f) => `${act(f.act)}被拒绝：${reason(f.why)}。`],
  'act.answered': ['', (f) => `${act(f.act)}，${side(f.leg)}：${word(f.state, storyWords.act)}${because(f.why)}。`],
  'act.proven': [
    '一再试不成时，核对银行记录和日志。',
    (f) => (f.proven ? '新开通的账户试用成功。' : '新开通的账户没有试成，或还不能用。'),
  ],
  'saga.began': ['', (f) => `受理业务：${act(f.what)}（编号 ${f.case}）。`],
  'saga.intent': ['', (f) => `${side(f.step)}：即将办理${f.attempt > 1 ? `（第 ${f.attempt} 次）` : ''}。`],
  'saga.result': [
    '要人工核实的，见未决事项。',
    (f) => `${side(f.step)}：${word(f.outcome, storyWords.act)}${because(f.why)}。`,
  ],
  'saga.unresolved': [
    '按说明处理；签结以前一直列在未决事项里。',
    (f) => `${side(f.step)}：要人工核实（${reason(f.why)}）：${taskWords({ ...f, act: f.what })[0]}`,
  ],
  'saga.signedOff': [
    '',
    (f) => `${side(f.step)}：工作人员核实${act(f.what)}，${word(f.finding, findingWords)}（卡 ${short(f.token)}）。`,
  ],
  'saga.settled': ['', (f) => `业务了结：${word(f.outcome, storyWords.act)}。`],
  'day.due': [
    '由网点两人在维护页面的“日终”页结束本日。',
    (f) => `营业日 ${f.day} 自 ${f.since} 起应当日终，还没有办理。`,
  ],
  'day.stopped': ['', (f) => `营业日 ${f.day} 的日终开始。`],
  'day.drained': [
    '还在办理中的业务，逐笔转下日。',
    (f) => (f.open === 0 ? '没有在途业务了。' : `还有 ${f.open} 笔业务在办理中。`),
  ],
  'day.read': [
    '没有给出总数时，注明后可以结束本日，下次取数时补上。',
    (f) => `${side(f.leg)}主机${f.why === undefined ? '给出了总数' : `没有给出总数：${reason(f.why)}`}。`,
  ],
  'day.compared': [
    '逐项查看；没有人说明的，不能结束本日。',
    (f) => (f.points === '' ? '全部相符。' : `待查事项：${points(f.points)}。`),
  ],
  'day.left': ['', (f) => `营业日 ${f.day} 的日终以后再做。`],
  'day.refused': [
    '少卡或多卡：再点一次，查看通道和回收箱；确实少卡，由两人登记更正。',
    (f) => `营业日 ${f.day} 不能签字（${reason(f.why)}）：${points(f.points)}。`,
  ],
  'day.signed': ['', (f) => `营业日 ${f.day} 已由 ${short(f.first)} 和 ${short(f.second)} 签字。`],
  'day.printed': [
    '在维护页面上再打印一次。',
    (f) =>
      `营业日 ${f.day} 的凭条${f.copy === true ? '（再次打印）' : ''}：${word(f.outcome, storyWords.paper)}${because(f.why)}。`,
  ],
  'day.opened': ['', (f) => `营业日 ${f.day} 开始。`],
  'day.carried': ['', () => '本日账目已结转。'],
  'retained.handedBack': [
    '',
    (f) => `领卡编号 ${f.claim} 的卡已交还（查验了${word(f.document, seenWords)}；卡 ${short(f.token)}）。`,
  ],
  'retained.destroyed': ['', (f) => `领卡编号 ${f.claim} 的卡已销毁（卡 ${short(f.token)}）。`],
  'receipt.printed': [
    '不知是否打印时，看看有没有出纸。',
    (f) => `${form(f.form)}：${word(f.outcome, storyWords.paper)}${because(f.why)}。`,
  ],
  'wire.badFrames': [
    '查明是哪个程序。',
    (f) => `客户端 ${f.connection}（${word(f.role, storyWords.role)}）发来 ${f.count} 条读不懂的消息。`,
  ],
  'wire.refused': [
    '主机名或来源不符，说明有别的网页试过连接。',
    (f) => `一个连接被拒绝：${word(f.why, storyWords.connection)}。`,
  ],
  bug: ['把日志交给开发者。', (f) => `软件故障，位置 ${f.where}：${f.what}。`],
};
