// The words of the sample collection, written for it: short German sentences on the making of digital books, and a generator
// that strings them together, always the same for the same seed.
const sentences = [
  'Ein Buch beginnt nicht mit dem ersten Satz, sondern mit dem Papier, auf dem er steht.',
  'Wer ein altes Werk aufschlägt, hört zuerst das Knistern der Blätter und dann erst die Stimme des Verfassers.',
  'Die Vorlage wird gereinigt, vermessen und in ihrer Größe beschrieben, ehe das Licht sie trifft.',
  'Jede Seite erhält eine Nummer, auch die leere, denn auch das Schweigen gehört zum Buch.',
  'Der Einband verrät, wem das Werk gehörte und durch welche Hände es gegangen ist.',
  'Ein Stempel am Rande erzählt von einer Bibliothek, die es längst nicht mehr gibt.',
  'Das Register am Ende ist das Gedächtnis eines Bandes, das Inhaltsverzeichnis sein Versprechen.',
  'Farben vergehen langsam, doch sie vergehen; deshalb liegt neben jedem Blatt eine Karte mit Feldern.',
  'Die Maschine sieht keine Geschichte, sie sieht Helligkeit und Abstand, und das tut sie sehr genau.',
  'Aus Linien werden Zeichen, aus Zeichen Wörter, und manchmal wird aus einem langen ſ ein f.',
  'Der Katalog weiß den Ort jedes Bandes, aber nicht, was in ihm steht.',
  'Zwischen zwei Deckeln liegt eine Ordnung: Titel, Widmung, Vorrede, Kapitel, Anhang.',
  'Wo die Zählung springt, hat jemand ein Blatt entnommen oder der Drucker sich geirrt.',
  'Eine gute Beschreibung ist knapp und vollständig und lässt nichts vermuten.',
  'Wer eine Seite zitiert, will sie in hundert Jahren am selben Ort wiederfinden.',
  'Das Archiv bewahrt die Vorlage, wie sie war; was gezeigt wird, entsteht jeden Tag neu.',
  'Ein Band allein ist selten das ganze Werk, und ein Heft nie die ganze Zeitung.',
  'Die Freigabe ist ein kleiner Schritt für die Hand und ein großer für den Leser.',
  'Was im Papierkorb liegt, ist nicht verloren, solange niemand ihn leert.',
  'Prüfsummen sind Siegel ohne Wachs: Sie brechen, wenn auch nur ein Punkt sich ändert.',
  'In den Ecken der Blätter sammelt sich der Staub der Jahrhunderte und, mit etwas Glück, eine gepresste Blume.',
  'Die Überschrift ist größer gesetzt, damit das Auge weiß, wo es ruhen darf.',
  'Man liest anders, wenn man weiß, dass ein anderer dieselbe Zeile vor dreihundert Jahren las.',
  'Die Zeitung von gestern ist nichts wert, die von vorgestern Jahrhundert ein Schatz.',
  'Am Abend zählt der Leser die Kerzen, am Morgen der Drucker die Bogen.',
  'Kein Verzeichnis ist je fertig; fertig ist nur, was niemand mehr benutzt.',
  'Der Setzer stellte die Lettern spiegelverkehrt und dachte dabei vorwärts.',
  'Ein Fehler, der gedruckt ist, wird zur Quelle; ein Fehler im Katalog wird zur Sackgasse.',
] as const

/** A small generator of numbers that is the same on every machine (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Paragraphs of a few sentences each. */
export function paragraphs(seed: number, count: number): string[] {
  const next = numbers(seed)
  return Array.from({ length: count }, () => {
    const length = 3 + Math.floor(next() * 3)
    return Array.from({ length }, () => sentences[Math.floor(next() * sentences.length)] as string).join(' ')
  })
}
