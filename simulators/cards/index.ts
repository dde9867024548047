export { buildCard, buildCardFrom, ChipCard } from './chip-card.ts';
export { PbocApplet } from './pboc-applet.ts';
export { type SocialAppletOptions, SocialSecurityApplet } from './social-applet.ts';
