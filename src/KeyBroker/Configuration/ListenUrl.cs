using System.Net;

namespace KeyBroker.Configuration;

/// <summary>One address to listen on: plain HTTP on loopback, or HTTPS.</summary>
internal sealed record ListenUrl(bool IsHttps, string Host, int Port)
{
    /// <summary>As clients spell it: no port where it is the scheme's own.</summary>
    public string Origin => $"{(IsHttps ? "https" : "http")}://{Host}" + (Port == (IsHttps ? 443 : 80) ? "" : $":{Port}");

    /// <summary>Whether the host stands for every address, so that no client can call it by this name.</summary>
    public bool IsAnyHost => Address is null ? !IsLocalhost : Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>Null for a host name that stands for any address.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host.Trim('[', ']'), out var address) ? address : null;

    public bool IsLocalhost => Host == "localhost";

    /// <exception cref="StartupException">An entry is no URL, or plain HTTP off the loopback.</exception>
    public static IReadOnlyList<ListenUrl> ParseAll(string urls)
    {
        var parsed = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).ToList();
        return parsed.Count > 0 ? parsed : throw new StartupException("set Urls to at least one URL");
    }

    private static ListenUrl Parse(string text)
    {
        if (!Uri.TryCreate(text.Replace("//*", "//0.0.0.0").Replace("//+", "//0.0.0.0"), UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.PathAndQuery != "/")
        {
            throw new StartupException($"set Urls to URLs such as http://127.0.0.1:8440, not {text}");
        }

        var listen = new ListenUrl(url.Scheme == "https", url.Host, url.Port);
        return listen.IsHttps || listen.IsLoopback()
            ? listen
            : throw new StartupException(
                $"configure TLS for {text} (https and Kestrel:Certificates:Default), or listen on 127.0.0.1: plain HTTP is for loopback only");
    }

    private bool IsLoopback() => IsLocalhost || (Address is { } address && IPAddress.IsLoopback(address));
}
