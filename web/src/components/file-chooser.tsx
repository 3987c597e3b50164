import { Button } from '@ui5/webcomponents-react/Button';
import { FileUploader } from '@ui5/webcomponents-react/FileUploader';

/** A file as text. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

interface FileChooserProps {
  readonly label: string;
  readonly onFile: (file: TextFile) => void;
}

/** Reads one text file of the reader's machine. */
export function FileChooser({ label, onFile }: FileChooserProps) {
  return (
    <FileUploader
      hideInput
      accept=".yaml,.yml,.json"
      accessibleName={label}
      onChange={(event) => {
        const file = event.detail.files?.[0];
        if (file) void readFile(file).then(onFile);
      }}
    >
      <Button>{label}</Button>
    </FileUploader>
  );
}

export async function readFile(file: File): Promise<TextFile> {
  return { name: file.name, text: await file.text() };
}
