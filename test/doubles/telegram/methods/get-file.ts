// Where a file that was sent can be fetched: /file/bot<token>/<file_path>.
import { badRequest, success } from '../answer.ts'
import { textOf } from '../parameters.ts'
import type { Method } from './method.ts'

const downloadBytesMax = 20 * 1024 * 1024

export const getFile: Method = ({ files }, { parameters }) => {
  const id = textOf(parameters, 'file_id')
  if (id === '') return badRequest('file_id not specified')
  const file = files.byId.get(id)
  if (file === undefined) return badRequest('invalid file_id')
  if (file.bytes.length > downloadBytesMax) return badRequest('file is too big')
  return success({
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.bytes.length,
    file_path: file.path,
  })
}
