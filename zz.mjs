import './dist/shared/start.js'
