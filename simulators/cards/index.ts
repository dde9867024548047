export { buildBlankCard, buildCard, buildCardFrom, buildStaffCard, type CardOptions, ChipCard } from './chip-card.ts';
export { type DirectChannel, type DirectChannelOptions, directChannel } from './direct-channel.ts';
export { PbocApplet } from './pboc-applet.ts';
export { type CardPinState, type SocialAppletOptions, SocialSecurityApplet } from './social-applet.ts';
export { StaffApplet } from './staff-applet.ts';
