import { texts } from './texts.ts';

export const boundaryTexts = texts({
  en: {
    defect: {
      title: 'This page cannot be shown',
      says: 'Something in the program that draws it went wrong. Nothing that the service keeps is changed by this; what was typed here and not yet sent is gone.',
    },
    missing: {
      title: 'A part of this page cannot be loaded',
      says: 'The service was probably replaced by another version while this page was open, or does not answer. Load the page anew to go on with the version that runs now.',
    },
    reload: 'Load the page anew',
    overview: 'To the overview',
    report: 'For a report',
    reportSays: 'Where in the program it went wrong. It holds none of your records, and nothing that was typed.',
    copy: 'Copy it',
    copied: 'Copied',
  },
  de: {
    defect: {
      title: 'Diese Seite kann nicht gezeigt werden',
      says: 'Beim Zeichnen der Seite ist im Programm etwas schiefgegangen. An dem, was der Dienst aufbewahrt, ändert das nichts; was hier eingegeben und noch nicht gesendet war, ist verloren.',
    },
    missing: {
      title: 'Ein Teil dieser Seite kann nicht geladen werden',
      says: 'Wahrscheinlich wurde der Dienst durch eine andere Version ersetzt, während diese Seite offen war, oder er antwortet nicht. Laden Sie die Seite neu, um mit der Version weiterzuarbeiten, die jetzt läuft.',
    },
    reload: 'Seite neu laden',
    overview: 'Zur Übersicht',
    report: 'Für eine Fehlermeldung',
    reportSays: 'Wo im Programm es schiefgegangen ist. Keine Ihrer Daten stehen darin, und nichts Eingegebenes.',
    copy: 'In die Zwischenablage',
    copied: 'Kopiert',
  },
});
