using KeyBroker.Fuzz.Decoding;
using KeyBroker.Fuzz.Fuzzing;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

/// <summary>A short run of <c>KeyBroker.Fuzz random</c>, the same each time, over every decoder and the whole corpus.</summary>
public sealed class FuzzTests
{
    private const int Runs = 2_000;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_decoder_keeps_its_promises_for_changed_inputs(string name)
    {
        var campaign = new Campaign(FuzzTargets.Find(name), seed: 1);
        campaign.Run(Runs);
        Assert.True(campaign.Runs > Runs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_corpus_has_a_good_input_for_each_decoder(string name) =>
        Assert.True(name == "session-response" || FuzzCorpus.Of(name).Any(FuzzTargets.Find(name).Try));
}
