// What people type, as a pattern of SQL's LIKE that means it to the letter.

export const literally = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`)

export const containing = (text: string): string => `%${literally(text)}%`
