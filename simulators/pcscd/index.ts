export { type CardSlot, openCardSlot } from './card-slot.ts';
export { type PcscdFault, PrivatePcscd, type PrivatePcscdOptions } from './private-pcscd.ts';
