// What a message says of the interaction that it answers.
import {
  InteractionType,
  type APIApplicationCommandInteractionMetadata,
  type APIMessageComponentInteractionMetadata,
  type APIMessageInteractionMetadata,
  type APIUser,
} from 'discord-api-types/v10'
import type { Interaction } from './interaction.ts'
import type { World } from './world.ts'

type Plain = APIApplicationCommandInteractionMetadata | APIMessageComponentInteractionMetadata

function plainOf(world: World, { id, userId, payload }: Interaction): Plain {
  const shared = {
    id,
    user: world.users.get(userId) as APIUser,
    authorizing_integration_owners: payload.authorizing_integration_owners,
  }
  return payload.type === InteractionType.MessageComponent
    ? { ...shared, type: payload.type, interacted_message_id: payload.message.id }
    : { ...shared, type: InteractionType.ApplicationCommand }
}

/** A submitted form names, besides itself, what opened it. */
export function metadataOf(world: World, interaction: Interaction): APIMessageInteractionMetadata {
  if (interaction.payload.type !== InteractionType.ModalSubmit) return plainOf(world, interaction)
  const opener = interaction.openedBy === undefined ? interaction : interaction.openedBy
  return {
    ...plainOf(world, interaction),
    type: InteractionType.ModalSubmit,
    triggering_interaction_metadata: plainOf(world, opener),
  }
}
