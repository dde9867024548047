export {
  parseRecording,
  personalDataWarning,
  type RecordedStep,
  type Recording,
  type RecordingHead,
} from './format.ts';
export { type Recorder, recorder } from './recorder.ts';
