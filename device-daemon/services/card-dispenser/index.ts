export {
  type CardDispenserServiceOptions,
  cardDispenserService,
  dispenseUnit,
} from './card-dispenser-service.ts';
