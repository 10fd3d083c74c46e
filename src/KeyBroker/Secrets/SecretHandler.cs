using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>What the handlers of secret messages share: finding the approved secret, and wording the outcome.</summary>
internal abstract class SecretHandler<TMessage>(SecretVault vault) : IRequestHandler<TMessage, Outcome<SecretResult>>
    where TMessage : SecretMessage
{
    protected SecretVault Vault { get; } = vault;

    public abstract Task<Outcome<SecretResult>> Handle(TMessage request, CancellationToken cancellationToken);

    /// <summary>The secret that the approval names, and no other.</summary>
    /// <exception cref="DeniedException">not-found.</exception>
    protected SecretRecord Find(Approval approval) => Vault.Find(approval.ResourceName)
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such secret");

    /// <summary>The same with the newest version, and the one that is named if there is such a one: no other is read.</summary>
    /// <exception cref="DeniedException">not-found.</exception>
    protected SecretRecord Find(Approval approval, int? version) => Vault.Find(approval.ResourceName, version ?? 0)
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such secret");

    protected static Outcome<SecretResult> Done(SecretRecord secret, SecretVersion version, JsonObject result) =>
        new(new SecretResult(secret, version, result)) { Version = version.Version };
}
