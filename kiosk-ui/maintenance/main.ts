import 'kiosk-fonts/text.css';
import 'kiosk-fonts/names.css';
