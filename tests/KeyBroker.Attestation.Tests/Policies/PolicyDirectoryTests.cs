using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class PolicyDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("keybroker-policies-");
    private readonly DirectoryInfo _policies;

    public PolicyDirectoryTests() => _policies = _top.CreateSubdirectory("policies");

    public void Dispose() => _top.Delete(recursive: true);

    [Fact]
    public void Loads_yaml_files_of_the_whole_tree_and_nothing_else()
    {
        Write("web.yaml", PolicyText.Good);
        Write("deep/er/db.yml", PolicyText.Good.Replace("web-tier", "db-tier", StringComparison.Ordinal));
        Write("README.md", "not a policy");
        Write("schema/example.yaml", "[");
        Write(".hidden.yaml", "[");
        Write(".git/x.yaml", "[");

        Assert.Equal(["db-tier", "web-tier"], PolicySet.Load(_policies.FullName).Policies.Select(policy => policy.Name));
    }

    [Fact]
    public void No_policy_at_all_is_a_set_that_denies()
    {
        Assert.Empty(PolicySet.Load(_policies.FullName).Policies);
        Assert.Single(PolicySet.Load(Path.Combine(_top.FullName, "absent")).Warnings);
    }

    [Fact]
    public async Task A_pipe_is_refused_and_keeps_nobody_waiting()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_policies.FullName, "pipe.yaml")]);
        await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = Assert.Single(Assert.Throws<PolicyException>(() => PolicySet.Load(_policies.FullName)).Errors);
        Assert.Contains("not a regular file", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_file_by_its_path_in_the_folder()
    {
        Write("a/b.yaml", "kind: Policy\nkind: Policy\n");
        var error = Assert.Single(Assert.Throws<PolicyException>(() => PolicySet.Load(_policies.FullName)).Errors);
        Assert.Equal("a/b.yaml:2:1: 'kind' is there twice", error.ToString());
    }

    [Fact]
    public void One_bad_file_refuses_the_whole_set()
    {
        Write("good.yaml", PolicyText.Good);
        Write("empty.yaml", "");
        Assert.Throws<PolicyException>(() => PolicySet.Load(_policies.FullName));
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        File.WriteAllText(Path.Combine(_top.FullName, "outside.yaml"), PolicyText.Good);
        File.CreateSymbolicLink(Path.Combine(_policies.FullName, "in.yaml"), "../outside.yaml");
        Assert.Contains("leads out", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_by_way_of_a_hidden_link_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_top.FullName, "outside"));
        File.WriteAllText(Path.Combine(_top.FullName, "outside", "x.yaml"), PolicyText.Good);
        Directory.CreateSymbolicLink(Path.Combine(_policies.FullName, "..data"), "../outside");
        File.CreateSymbolicLink(Path.Combine(_policies.FullName, "x.yaml"), "..data/x.yaml");
        Assert.Contains("leads out", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_linked_folder_is_refused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_policies.FullName, "all"), "/");
        Assert.Contains("not followed", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_itself_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_policies.FullName, "x.yaml"), "x.yaml");
        Assert.Contains("x.yaml", Refusal(), StringComparison.Ordinal);
    }

    // How a Kubernetes volume swaps a whole set atomically.
    [Fact]
    public void A_link_within_the_folder_is_read()
    {
        Write("..2026/x.yaml", PolicyText.Good);
        Directory.CreateSymbolicLink(Path.Combine(_policies.FullName, "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(_policies.FullName, "x.yaml"), "..data/x.yaml");
        Assert.Single(PolicySet.Load(_policies.FullName).Policies);
    }

    private string Refusal() =>
        Assert.Single(Assert.Throws<PolicyException>(() => PolicySet.Load(_policies.FullName)).Errors).ToString();

    private void Write(string name, string text)
    {
        var path = Path.Combine(_policies.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
