/**
 * The page for the person with a screwdriver, at /devices:
 *
 *   GET /healthz, every 2 s  ->  HealthWatch  ->  <kiosk-devices>
 *
 * It opens no socket, so that it takes the place of no kiosk page, and shows nothing about anybody.
 */
import 'kiosk-fonts/text.css';
// Its words are the staff's: their characters are fetched here, not with the kiosk's first screen.
import 'kiosk-fonts/names.css';
import './page.ts';
import { tokens } from '../styles/tokens.ts';
import { pageStyle } from './styles.ts';

document.adoptedStyleSheets = [tokens, pageStyle].flatMap(({ styleSheet }) => styleSheet ?? []);
