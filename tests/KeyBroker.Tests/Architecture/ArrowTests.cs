using System.Text.RegularExpressions;
using System.Xml.Linq;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Architecture;

/// <summary>The arrows of the house: who may know whom, between projects and inside the broker.</summary>
public sealed partial class ArrowTests
{
    /// <summary>What a project may refer to: Tpm ← Attestation ← KeyBroker; Tpm, Attestation ← Client ← Cli.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["KeyBroker.Tpm"] = [],
        ["KeyBroker.Attestation"] = ["KeyBroker.Tpm"],
        ["KeyBroker"] = ["KeyBroker.Tpm", "KeyBroker.Attestation"],
        ["KeyBroker.Client"] = ["KeyBroker.Tpm", "KeyBroker.Attestation"],
        ["KeyBroker.Cli"] = ["KeyBroker.Tpm", "KeyBroker.Attestation", "KeyBroker.Client"],
    };

    // One folder per noun of the broker. The pipeline is not here: it is where messages and nouns meet.
    private static readonly string[] s_nouns = ["Vault", "TpmAccess", "Storage", "Receipts", "Audit", "Verifiers"];
    private static readonly string[] s_slices = ["Enrollments", "Attestations", "Keys", "Secrets", "RandomBytes", "Introspections", "Appraisals", "Administration", "WellKnown", "Documentation", "SelfAttestations"];

    // What stands between the network and the slices. Hosting also holds the calls to the operating system, which nouns need.
    private static readonly string[] s_outer = ["Gate", "Clients", "Pipeline", "Idempotency"];

    public static TheoryData<string> Nouns => [.. s_nouns];

    [Fact]
    public void Projects_refer_only_to_those_below_them()
    {
        var projects = Directory.GetFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), projects.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(projects, project =>
        {
            var references = XDocument.Load(project).Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value));
            Assert.Empty(references.Except(s_allowed[NameOf(project)]));
        });
    }

    [Fact]
    public void The_tpm_library_refers_to_the_platform_alone() =>
        Assert.All(References(typeof(Tpm.TpmFormatException)), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Fact]
    public void The_verifier_knows_no_network_no_container_and_no_web()
    {
        var references = References(typeof(Attestation.DeniedException));
        Assert.Contains("KeyBroker.Tpm", references);
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.", StringComparison.Ordinal));
        Assert.Equal(["KeyBroker.Tpm", "YamlDotNet"], references.Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Nouns))]
    public void A_noun_knows_no_slice_no_web_and_no_mediator(string noun)
    {
        var files = Directory.GetFiles(Repository.Path("src", "KeyBroker", noun), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Null(FirstForbidden(File.ReadAllText(file))));
    }

    [Theory]
    [InlineData("using KeyBroker.Keys;")]
    [InlineData("private readonly Enrollments.MachineRecords _machines;")]
    [InlineData("void Answer(HttpContext context)")]
    [InlineData("using MediatR;")]
    [InlineData("using KeyBroker.Gate;")]
    public void A_forbidden_arrow_is_seen(string line) => Assert.NotNull(FirstForbidden(line));

    private static string? FirstForbidden(string text)
    {
        var names = string.Join('|', [.. s_slices, .. s_outer]);
        var slice = Regex.Match(text, $@"using KeyBroker\.({names})\b|(?<![\w.)\]?!])({names})\.[A-Z]");
        return slice.Success ? slice.Value : Web().Match(text) is { Success: true } web ? web.Value : null;
    }

    private static IReadOnlyList<string> References(Type inside) =>
        [.. inside.Assembly.GetReferencedAssemblies().Select(name => name.Name!)];

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    [GeneratedRegex(@"\b(HttpContext|HttpRequest|HttpResponse|IMediator|ISender|IRequest<|MediatR|FastEndpoints|Microsoft\.AspNetCore)\b|\bIRequest<")]
    private static partial Regex Web();
}
