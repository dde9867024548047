import type { WalletCardId } from './cards.ts';

/** What each card is good for, for whoever plays with the bench. */
export const walletGuide: Readonly<Record<WalletCardId, Readonly<Record<'zh-Hans' | 'en', string>>>> = {
  'gen3-active': {
    'zh-Hans': '一切正常：读卡、输密码、查余额、打印凭条。从这张开始。',
    en: 'The ordinary case: card read, PIN, balance, receipt. Begin with this one.',
  },
  'gen3-not-activated': {
    'zh-Hans': '医保照常可用，金融功能未激活：看不到银行余额，应提示激活。',
    en: 'Medical use works; the money function is not active, so activation is offered in place of a balance.',
  },
  'gen3-sealed': {
    'zh-Hans': '刚领到的新卡：社保侧封存，银行侧未激活。',
    en: 'Fresh from the counter: sealed on the social side, not active on the bank side.',
  },
  'gen3-blocked': {
    'zh-Hans': '社保应用已锁定：选择应用时卡片回答 6A81。',
    en: 'The chip refuses its social-security application: SELECT answers 6A81.',
  },
  'gen3-key-blocked': {
    'zh-Hans': '认证密钥已锁（6983）：无法证明真伪，读不出持卡人。',
    en: 'Authentication answers 6983: the card cannot prove itself and does not tell its holder.',
  },
  'gen3-no-9f61': {
    'zh-Hans': '银行侧没有证件号，两侧无法比对：不拒绝，记入日志。余额很大，看排版。',
    en: 'No ID number on the bank side: nothing to compare, no refusal, a line in the journal. A very large balance.',
  },
  'two-halves': {
    'zh-Hans': '社保侧与银行侧属于两个人：退卡，请到柜台。',
    en: 'Social side and bank side belong to two people: card back, go to the counter.',
  },
  gen2: {
    'zh-Hans': '第二代省卡：3DES，免认证即可读持卡人。',
    en: 'Second generation: 3DES, the holder can be read without authentication.',
  },
  'gen1-citizen': {
    'zh-Hans': '只有社保应用：社保状态、医保账户、去哪里查银行账户；不能异地就医。无需密码。',
    en: 'Social application only: status, medical account, where to see the bank account; no treatment elsewhere. No PIN.',
  },
  'other-bank': {
    'zh-Hans': '别家银行的社保卡：本机只能看社保侧，银行账户请去发卡行。',
    en: 'Issued with another bank: only the social side can be seen here.',
  },
  debit: {
    'zh-Hans': '普通借记卡，没有社保应用：应说明这不是社保卡。',
    en: 'An ordinary debit card without a social-security application.',
  },
  expired: {
    'zh-Hans': '已过有效期：银行拒绝，应提示换卡。',
    en: 'Past its end: the bank declines, a replacement is the way on.',
  },
  'wrong-cryptogram': {
    'zh-Hans': '芯片密钥不对：银行判为伪卡，拒绝查询。',
    en: 'The chip has a stranger’s key: the bank finds it not genuine and declines.',
  },
  cloned: {
    'zh-Hans': '甲的卡的复制品：数据都对，没有密钥，真伪认证必败。',
    en: 'A copy of the first card: all data right, no keys, so it fails to prove itself.',
  },
  mute: {
    'zh-Hans': '芯片坏了，上电无响应：请重插，再不行到柜台。',
    en: 'A broken chip that does not answer to reset: try again, then the counter.',
  },
  'gen3-second-account': {
    'zh-Hans': '同一人另有借记账户：两个账户分开显示，不相加。国密卡，部分资金冻结。',
    en: 'The holder has an ordinary account too: shown apart, never summed. SM4 chip, part of the money is held.',
  },
  'gen3-dormant': {
    'zh-Hans': '社保账户被误标为睡眠户：不拒绝持卡人，报运维。余额三分钱。',
    en: 'Account wrongly marked dormant: no refusal, an event for the operator. A balance of three fen.',
  },
  'gen3-gbk-name': {
    'zh-Hans': '姓名含 GBK 生僻字“镕”，余额为零。',
    en: 'A name with a character outside GB 2312, and a balance of nothing.',
  },
  'gen3-long-name': {
    'zh-Hans': '很长的姓名，跨两条记录，一个汉字被切在中间。',
    en: 'A long name over two records, one character cut in two between them.',
  },
};
