using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>A broker on a real software TPM and real Kestrel, with fresh state, spoken to over TCP and its admin socket.</summary>
public sealed class RunningBroker : IAsyncLifetime
{
    /// <summary>The secret of the clients <c>shop</c>, which may ask anything, <c>reader</c> and <c>judge</c>, which may ask one thing.</summary>
    public const string ClientSecret = "correct-horse-battery-staple";

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kb-");
    private readonly string[] _settings;
    private TimeProvider _clock = TimeProvider.System;
    private Swtpm? _tpm;
    private Broker? _broker;

    public RunningBroker()
        : this(certificate: null)
    {
    }

    private RunningBroker(X509Certificate2? certificate, params string[] settings)
    {
        _settings = settings;
        Origin = $"{(certificate is null ? "http" : "https")}://127.0.0.1:{FreePort()}";
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.Equals(certificate);
        Tcp = new HttpClient(handler) { BaseAddress = new Uri(Origin) };
        Admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://admin") };
        Directory.CreateDirectory(Policies);
    }

    public string Origin { get; }

    public HttpClient Tcp { get; }

    public HttpClient Admin { get; }

    public string Policies => Path.Combine(_scratch.FullName, "policies");

    public string State => Path.Combine(_scratch.FullName, "state");

    public string AdminSocket => Path.Combine(State, "admin.sock");

    public string Database => Path.Combine(State, "keybroker.db");

    public Swtpm Tpm => _tpm!;

    internal WebApplication Application => ApplicationOf(_broker!)!;

    public string Tcti => Tpm.Tcti;

    /// <summary>A broker of one test's own, with settings as on its command line.</summary>
    public static async Task<RunningBroker> StartAsync(params string[] settings) => await StartedAsync(new RunningBroker(null, settings));

    /// <summary>A broker on a machine whose clock the test sets.</summary>
    public static async Task<RunningBroker> StartAsync(TimeProvider clock, params string[] settings) =>
        await StartedAsync(new RunningBroker(null, settings) { _clock = clock });

    /// <summary>A broker that listens with TLS.</summary>
    /// <param name="pkcs12">Where the certificate is with its key, without a password.</param>
    public static async Task<RunningBroker> StartSecureAsync(string pkcs12)
    {
        var certificate = X509CertificateLoader.LoadPkcs12FromFile(pkcs12, null);
        return await StartedAsync(new RunningBroker(certificate, $"--Kestrel:Certificates:Default:Path={pkcs12}"));
    }

    public async ValueTask InitializeAsync()
    {
        _tpm = await Swtpm.StartAsync();
        WritePolicy("web-tier", SoftwareMachine.GoodRegister);
        _broker = await Broker.StartAsync(Arguments(), _clock);
    }

    public string[] Arguments() =>
    [
        "--urls", Origin, $"--KeyBroker:StateDirectory={State}", $"--KeyBroker:PolicyDirectory={Policies}", $"--KeyBroker:Tpm={Tcti}",
        .. Client("shop", "introspect, appraise"), .. Client("reader", "introspect"), .. Client("judge", "appraise"), .. _settings,
    ];

    /// <summary>Every machine with this value in PCR 7 may do this to web/*.</summary>
    /// <param name="demand">What a grant on keys demands beside, as it is written after its verbs.</param>
    public void WritePolicy(
        string name, string pcr7, string allow = "create, read, sign, verify, encrypt, decrypt, mac, mac-verify, rotate", string demand = "")
    {
        var text = $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: {{name}} }
            spec:
              machines: { labels: { role: {{name}} }, trust: [pre-registered, approved] }
              pcrs:
                require:
                  - { pcr: 7, anyOf: [ { value: "{{pcr7}}", label: "known good" } ] }
              grants:
                - { keys: ["web/*"], allow: [{{allow}}]{{demand}} }
                - { secrets: ["web/*"], allow: [seal, read, release] }
            """;
        File.WriteAllText(Path.Combine(Policies, name + ".yaml"), text);
    }

    public async Task<JsonNode> AdministerAsync(string path, string body = "{}")
    {
        using var answer = await Admin.PostAsync("/v1/admin/" + path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException(text);
    }

    /// <summary>Ends the broker and starts another on the same state and TPM.</summary>
    public async Task RestartAsync()
    {
        await _broker!.DisposeAsync();
        _broker = null;
        _broker = await Broker.StartAsync(Arguments(), _clock);
    }

    public async Task StopAsync()
    {
        await _broker!.DisposeAsync();
        _broker = null;
    }

    /// <summary>Starts a broker on the state and TPM of the one that was stopped.</summary>
    /// <param name="more">Settings for this time.</param>
    public async Task StartAgainAsync(params string[] more) => _broker = await Broker.StartAsync([.. Arguments(), .. more], _clock);

    public async ValueTask DisposeAsync()
    {
        Tcp.Dispose();
        Admin.Dispose();
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        if (_tpm is not null)
        {
            await _tpm.DisposeAsync();
        }

        _scratch.Delete(recursive: true);
    }

    private static string[] Client(string id, string allow) =>
    [
        $"--KeyBroker:Clients:{id}:SecretSha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ClientSecret)))}",
        $"--KeyBroker:Clients:{id}:Allow={allow}",
    ];

    private static async Task<RunningBroker> StartedAsync(RunningBroker broker)
    {
        try
        {
            await broker.InitializeAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_app")]
    private static extern ref WebApplication? ApplicationOf(Broker broker);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(AdminSocket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
