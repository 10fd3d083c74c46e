using KeyBroker.Appraisals;
using KeyBroker.Introspections;

namespace KeyBroker.Pipeline;

/// <summary>The messages of relying parties.</summary>
internal static partial class Messages
{
    private static void AddClientMessages(IServiceCollection services)
    {
        AddHandler<IntrospectToken, Introspection, IntrospectTokenHandler>(services);
        AddHandler<AppraiseEvidence, AppraisalResult, AppraiseEvidenceHandler>(services);
    }
}
