// The first thing that runs: styles, and nothing else until the page that the service has written is seen. The application is fetched meanwhile;
// it is large, and what runs before the first picture keeps it waiting.
import './shared/fonts.css'
import './shared/tokens.css'
import './shared/base.css'

/** A window that nobody looks at paints nothing. */
const isSeen = document.visibilityState === 'visible'
const begin = () => void import('./take-over.tsx')
if (isSeen) requestAnimationFrame(() => setTimeout(begin))
else begin()
