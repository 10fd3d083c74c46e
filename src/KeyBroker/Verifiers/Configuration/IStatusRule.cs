using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>Takes the status out of a result's claims.</summary>
internal interface IStatusRule
{
    /// <summary>Null where these results have none.</summary>
    /// <exception cref="ResultException">The result lacks what every one of its kind has.</exception>
    ResultStatus? Of(JsonElement claims);
}
