using System.Text;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[EKC-11]: which machines a policy selects by the make of their TPM.</summary>
public sealed class MakeSelectorTests
{
    private static readonly MeasuredState s_nothing = MeasuredState.DangerousFromValues(new Dictionary<(KeyBroker.Tpm.Structures.TpmAlgorithm, int), byte[]>());

    [Theory]
    [InlineData("manufacturer: [\"id:494e5443\"]", "abc")]
    [InlineData("manufacturer: [\"id:494E5443\"], model: [\"One\"]", "a")]
    [InlineData("model: [\"One\", \"Two\"]", "ab")]
    [InlineData("model: [\"T*\"]", "bc")]
    [InlineData("firmware: [\"id:0007*\"]", "ac")]
    [InlineData("firmware: [\"id:00070001\", \"id:0008*\"]", "ab")]
    [InlineData("model: [\"*\"]", "abc")]
    [InlineData("model: [\"Four\"]", "")]
    public void Selects_by_make_and_never_without_one(string make, string expected)
    {
        // The same whether or not other policies make the index choose another member.
        foreach (var others in new[] { 0, 20 })
        {
            var set = Set([make, .. Enumerable.Range(0, others).Select(i => $"model: [\"One\", \"Other {i}\"]")]);
            var selected = Machines().Where(machine => set.Decide(machine, s_nothing, PolicyText.Now).Outcomes.Count(o => o.Policy.Name == "p0") == 1);
            Assert.Equal(expected, string.Concat(selected.Select(machine => machine.Name)));
        }
    }

    [Theory]
    [InlineData("model: []", "empty list")]
    [InlineData("model: [\"a*b\"]", "not at its end")]
    [InlineData("model: [\"**\"]", "not at its end")]
    [InlineData("model: [\"\"]", "1 to")]
    [InlineData("model: One", "this is a list")]
    [InlineData("firmware: [7]", "quotes")]
    [InlineData("make: [\"One\"]", "unknown member")]
    public void Refuses_another_spelling(string make, string complaint) =>
        Assert.Contains(Assert.Throws<PolicyException>(() => Set([make])).Errors, error => error.Message.Contains(complaint, StringComparison.Ordinal));

    [Fact]
    public void Trust_may_rest_on_several_things()
    {
        var machine = Machines().First() with { Registered = true };
        Assert.True(machine.RestsOn(TrustLevel.EkCertificate) && machine.RestsOn(TrustLevel.PreRegistered) && !machine.RestsOn(TrustLevel.Approved));
        var approved = machine with { Trust = TrustLevel.Approved, Registered = false };
        Assert.True(approved.RestsOn(TrustLevel.EkCertificate) && approved.RestsOn(TrustLevel.Approved) && !approved.RestsOn(TrustLevel.PreRegistered));
    }

    private static IEnumerable<MachineFacts> Machines()
    {
        foreach (var (name, model, firmware) in new[] { ("a", "One", "id:00070001"), ("b", "Two", "id:00080001"), ("c", "Three", "id:00070002") })
        {
            yield return Machine(name) with { Tpm = new CertifiedTpm("id:494E5443", model, firmware, "00", "00") };
        }

        yield return Machine("d"); // No certificate.
    }

    private static MachineFacts Machine(string name) =>
        new("sha256-" + new string('0', 64), name, TrustLevel.EkCertificate, new Dictionary<string, string>());

    private static PolicySet Set(IEnumerable<string> makes) => PolicySet.Of(makes.Select((make, i) => new PolicyFile($"p{i}.yaml", Encoding.UTF8.GetBytes($$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: p{{i}} }
        spec:
          machines: { anyGenuineTpm: true, {{make}} }
          eventLog: { require: [ { secureBoot: enabled } ] }
          grants: []
        """))));
}
