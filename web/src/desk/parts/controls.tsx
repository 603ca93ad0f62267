// The few controls that every page of the desk is made of.
import { ApiProblem } from '../../shared/api.ts'
import { useSay } from '../texts.ts'
import { classNames } from './class-names.ts'
import type { ComponentProps, ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps,
  Dialog as AriaDialog,
  FieldError,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components'
import sheet from './controls.module.css'

const styles = classNames(sheet)

type Kind = 'primary' | 'plain' | 'quiet' | 'danger'

export function Button({
  kind = 'plain',
  isBusy = false,
  children,
  ...rest
}: Omit<ButtonProps, 'className' | 'style' | 'children'> & {
  readonly kind?: Kind
  readonly isBusy?: boolean
  readonly children: ReactNode
}) {
  return (
    // while it works it keeps the focus and does nothing; `isPending` would leave an unnamed picture in the page
    <AriaButton
      {...rest}
      className={`${styles.button} ${styles[kind]} ${isBusy ? styles.busy : ''}`}
      {...(isBusy ? { type: 'button' as const, onPress: () => {} } : {})}
    >
      {children}
    </AriaButton>
  )
}

/** A button that shows a picture; its name stands in the tooltip, with the key that does the same. */
export function IconButton({
  label,
  shortcut,
  children,
  ...rest
}: Omit<ButtonProps, 'className' | 'style' | 'children'> & {
  readonly label: string
  readonly shortcut?: string
  readonly children: ReactNode
}) {
  return (
    <TooltipTrigger delay={400}>
      <AriaButton {...rest} aria-label={label} className={styles.icon}>
        {children}
      </AriaButton>
      <Tip label={label} {...(shortcut === undefined ? {} : { shortcut })} />
    </TooltipTrigger>
  )
}

export function Tip({
  label,
  shortcut,
  placement = 'bottom',
}: {
  readonly label: string
  readonly shortcut?: string
  readonly placement?: 'bottom' | 'right'
}) {
  return (
    <Tooltip className={styles.tip} offset={6} placement={placement}>
      {label}
      {shortcut ? <kbd>{shortcut}</kbd> : null}
    </Tooltip>
  )
}

export function Field({
  label,
  description,
  fault,
  placeholder,
  ...rest
}: Omit<TextFieldProps, 'className' | 'style' | 'children'> & {
  readonly label: string
  readonly description?: string | undefined
  readonly fault?: string | undefined
  readonly placeholder?: string | undefined
}) {
  return (
    // what the service found wrong is told, and does not keep the form from being sent again
    <TextField {...rest} className={styles.field} isInvalid={fault !== undefined} validationBehavior={fault === undefined ? 'native' : 'aria'}>
      <Label>{label}</Label>
      <Input {...(placeholder === undefined ? {} : { placeholder })} />
      {description ? <Text slot="description">{description}</Text> : null}
      {fault === undefined ? null : <FieldError>{fault}</FieldError>}
    </TextField>
  )
}

/** Words of several lines. */
export function Area({ label, ...rest }: Omit<TextFieldProps, 'className' | 'style' | 'children'> & { readonly label: string }) {
  return (
    <TextField {...rest} className={styles.field}>
      <Label>{label}</Label>
      <TextArea rows={3} />
    </TextField>
  )
}

export const fieldStyle = styles.field as string

/** One of some, by the system's own list. */
export function Choice({ label, children, ...rest }: ComponentProps<'select'> & { readonly label: string }) {
  return (
    <label className={styles.choice}>
      {label}
      <select {...rest}>{children}</select>
    </label>
  )
}

export function Dialog(props: {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly isWide?: boolean
  /** Stays until what it asks for is done */
  readonly isFirm?: boolean
}) {
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen={props.isOpen}
      isDismissable={props.isFirm !== true}
      isKeyboardDismissDisabled={props.isFirm === true}
      onOpenChange={isOpen => {
        if (!isOpen) props.onClose()
      }}
    >
      <Modal className={`${styles.modal} ${props.isWide ? styles.wide : ''}`}>
        <AriaDialog className={styles.dialog}>
          <Heading slot="title">{props.title}</Heading>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** What a dialog ends with. @param onCancel how it is left with nothing done; without it there is nothing to give up */
export function DialogFoot({ onCancel, children }: { readonly onCancel?: () => void; readonly children: ReactNode }) {
  const say = useSay()
  return (
    <div className={styles.foot}>
      {onCancel ? (
        <Button kind="quiet" onPress={onCancel}>
          {say('cancel')}
        </Button>
      ) : null}
      {children}
    </div>
  )
}

export function Tag({ tone = 'plain', children }: { readonly tone?: 'plain' | 'good' | 'warn' | 'bad'; readonly children: ReactNode }) {
  return <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>
}

/** What to do where there is nothing. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{title}</p>
      {children ? <div>{children}</div> : null}
    </div>
  )
}

/** Lines of the size of what is awaited. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className={styles.skeleton} aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} style={{ width: `${90 - ((at * 17) % 45)}%` }} />
      ))}
    </div>
  )
}

export function Fault({
  error,
  onAgain,
  again,
  changed,
}: {
  readonly error: unknown
  readonly onAgain?: () => void
  readonly again?: string
  /** What is said where somebody else was quicker, and what they made is shown already */
  readonly changed?: string
}) {
  const say = useSay()
  const status = error instanceof ApiProblem ? error.status : undefined
  const known = status === 0 ? say('problem.offline') : status === 412 ? changed : undefined
  return (
    <div role="alert" className={styles.fault}>
      <p>{known ?? (error instanceof Error ? error.message : String(error))}</p>
      {onAgain && again ? (
        <Button kind="quiet" onPress={onAgain}>
          {again}
        </Button>
      ) : null}
    </div>
  )
}
