namespace KeyBroker.Attestation.Results;

/// <summary>The words for <see cref="ResultStatus"/> in results and in policies.</summary>
public static class ResultStatuses
{
    public const string Affirming = "affirming";
    public const string Warning = "warning";

    public static string NameOf(ResultStatus status) => status switch
    {
        ResultStatus.Affirming => Affirming,
        ResultStatus.Warning => Warning,
        ResultStatus.Contraindicated => "contraindicated",
        _ => "none",
    };

    /// <summary>Null for any other word.</summary>
    public static ResultStatus? TryParse(string? word) => word switch
    {
        Affirming => ResultStatus.Affirming,
        Warning => ResultStatus.Warning,
        "contraindicated" => ResultStatus.Contraindicated,
        "none" => ResultStatus.None,
        _ => null,
    };

    /// <summary>The less favourable of two: where a verifier says nothing it does not affirm.</summary>
    public static ResultStatus Worse(ResultStatus left, ResultStatus right) => Rank(left) >= Rank(right) ? left : right;

    private static int Rank(ResultStatus status) => status switch
    {
        ResultStatus.Affirming => 0,
        ResultStatus.Warning => 1,
        ResultStatus.None => 2,
        _ => 3,
    };
}
