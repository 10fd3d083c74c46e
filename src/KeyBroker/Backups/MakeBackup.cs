using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Backups;

/// <summary>Copy the whole state for an administrator, who is recorded before the first byte leaves.</summary>
internal sealed record MakeBackup(string Id, AdminPeer Peer, AuditSubject Audit) : IRequest<Outcome<Backup>>, IAudited;
