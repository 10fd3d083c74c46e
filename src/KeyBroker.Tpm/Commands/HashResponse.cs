using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A digest, and a ticket that it is not of something the TPM would sign itself.</summary>
public sealed record HashResponse(byte[] Digest, TpmTicket Ticket);
