using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>The results say nothing that could be called a status: policies look at the claims.</summary>
internal sealed class NoStatus : IStatusRule
{
    public ResultStatus? Of(JsonElement claims) => null;
}
